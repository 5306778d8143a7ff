/** The tier that a fleet shares, in Redis or Valkey. */
@NullMarked
package dev.refrain.redis;

import org.jspecify.annotations.NullMarked;
