/** What a log of calls would have come to under given settings. */
@NullMarked
package dev.refrain.gateway.estimate;

import org.jspecify.annotations.NullMarked;
