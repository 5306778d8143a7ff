/** How processes that share a store share their flights, too. */
@NullMarked
package dev.refrain.fleet;

import org.jspecify.annotations.NullMarked;
