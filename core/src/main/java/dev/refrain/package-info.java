/**
 * The response cache for language models: {@link dev.refrain.LlmCache} answers calls, the other
 * types are the values that pass through it and what must be handed to it.
 */
@NullMarked
package dev.refrain;

import org.jspecify.annotations.NullMarked;
