/** The places where recordings are kept. */
@NullMarked
package dev.refrain.tier;

import org.jspecify.annotations.NullMarked;
