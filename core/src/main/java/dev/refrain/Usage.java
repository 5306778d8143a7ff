package dev.refrain;

/** The tokens that a reply cost, by its own account; -1 where it has none. */
public record Usage(long inputTokens, long outputTokens) {
  /** The reply says nothing. */
  public static final Usage UNKNOWN = new Usage(-1, -1);
}
