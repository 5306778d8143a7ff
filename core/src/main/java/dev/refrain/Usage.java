package dev.refrain;

/** The tokens that a reply cost, by its own account; -1 where it has none. */
public record Usage(long inputTokens, long outputTokens) {
  /** The reply says nothing. */
  public static final Usage UNKNOWN = new Usage(-1, -1);

  /** Nothing was spent. */
  public static final Usage NONE = new Usage(0, 0);

  /** Returns what both cost together, what is unknown of either counting for nothing. */
  Usage plus(Usage other) {
    return new Usage(
        Math.max(0, inputTokens) + Math.max(0, other.inputTokens),
        Math.max(0, outputTokens) + Math.max(0, other.outputTokens));
  }
}
