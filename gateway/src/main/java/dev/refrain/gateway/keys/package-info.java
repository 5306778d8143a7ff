/**
 * Gateway keys: what they are, the file in which they are kept, and what was used of them. Knows
 * nothing of HTTP.
 */
@NullMarked
package dev.refrain.gateway.keys;

import org.jspecify.annotations.NullMarked;
