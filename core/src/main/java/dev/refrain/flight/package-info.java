/**
 * One piece of streaming work per key at a time, and everyone who asks meanwhile reads along. Knows
 * nothing of language models, caches or HTTP.
 */
@NullMarked
package dev.refrain.flight;

import org.jspecify.annotations.NullMarked;
