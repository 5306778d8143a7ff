/**
 * What callers say about caching, in the words of HTTP and of other products, translated into
 * {@link dev.refrain.Wishes}.
 */
@NullMarked
package dev.refrain.gateway.controls;

import org.jspecify.annotations.NullMarked;
