/** The origin and the client of the load tests: {@code ./refrain bench load}. */
@NullMarked
package dev.refrain.bench.load;

import org.jspecify.annotations.NullMarked;
