/** Measures the embedded tier as it is used: full, started anew, and under many writes. */
@NullMarked
package dev.refrain.bench.disk;

import org.jspecify.annotations.NullMarked;
