/**
 * Server-sent events as bytes, by the rules of the WHATWG: split into events however they arrive,
 * and written. A leaf package: it knows nothing of language models.
 */
@NullMarked
package dev.refrain.sse;

import org.jspecify.annotations.NullMarked;
