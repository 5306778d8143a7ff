/** What a shared Redis costs beyond the bare client library. */
@NullMarked
package dev.refrain.bench.shared;

import org.jspecify.annotations.NullMarked;
