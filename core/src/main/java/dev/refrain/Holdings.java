package dev.refrain;

/**
 * What a tier holds, and how it is, as far as it can tell at once; -1 stands for "unknown".
 *
 * @param bytesMax how many bytes it may hold
 * @param evictions how many entries it has given up for others since it was made
 * @param breaker whether it is asked at all
 */
public record Holdings(long entries, long bytes, long bytesMax, long evictions, Breaker breaker) {
  /** Nothing is known. */
  public static final Holdings UNKNOWN = new Holdings(-1, -1, -1, -1, Breaker.CLOSED);

  /** Whether a tier is asked, or left alone for a while because it was slow or down. */
  public enum Breaker {
    /** It is asked: all is well, or there is no breaker. */
    CLOSED,
    /** It is tried, to see whether it is well again. */
    HALF_OPEN,
    /** It is left alone. */
    OPEN
  }
}
