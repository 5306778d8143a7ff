/** What single steps cost, measured with JMH: {@code ./refrain bench micro}. */
@NullMarked
package dev.refrain.bench;

import org.jspecify.annotations.NullMarked;
