package dev.refrain;

import org.jspecify.annotations.Nullable;

/**
 * The times by which it is decided whether an entry may be served, since the epoch in milliseconds.
 * Null where there is none.
 *
 * @param jitterMillis by how much this entry's time to live differs from the usual one
 * @param expiresMillis born, plus the time to live that holds for this caller
 * @param hotUntilMillis until when its hits keep it fresh
 * @param freshUntilMillis until when it is fresh, all in all
 * @param revalidateUntilMillis until when it is served while a new one is fetched
 * @param errorUntilMillis until when it is served if upstream fails
 * @param endMillis beyond which nothing is served
 */
public record Timing(
    long nowMillis,
    long bornMillis,
    long jitterMillis,
    long expiresMillis,
    @Nullable Long hotUntilMillis,
    long freshUntilMillis,
    long revalidateUntilMillis,
    long errorUntilMillis,
    long endMillis) {}
