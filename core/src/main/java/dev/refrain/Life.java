package dev.refrain;

/**
 * What becomes of an entry if nobody asks for it any more: until when it is what, since the epoch.
 *
 * @param valid whether none of its tags was invalidated; if not, nothing else counts
 * @param hotUntilMillis until when its last hits keep it alive, or else its birth
 * @param freshUntilMillis until when it is served as it is
 * @param staleUntilMillis until when it is served while a new one is fetched
 * @param fallbackUntilMillis until when it is served if upstream fails
 * @param endMillis beyond which it is not served, whatever happens
 */
public record Life(
    boolean valid,
    long hotUntilMillis,
    long freshUntilMillis,
    long staleUntilMillis,
    long fallbackUntilMillis,
    long endMillis) {}
