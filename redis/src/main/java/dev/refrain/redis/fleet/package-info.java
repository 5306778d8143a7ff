/** How the nodes of a fleet share one upstream call, whatever the store does to them. */
@NullMarked
package dev.refrain.redis.fleet;

import org.jspecify.annotations.NullMarked;
