/** What trouble with Redis costs the callers of a gateway. */
@NullMarked
package dev.refrain.bench.trouble;

import org.jspecify.annotations.NullMarked;
