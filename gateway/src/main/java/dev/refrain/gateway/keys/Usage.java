package dev.refrain.gateway.keys;

/**
 * What was used of a key within a month.
 *
 * @param calls that were let in
 * @param hits that cost nothing: the cache answered, or somebody else's call did
 * @param sent calls that went upstream
 * @param spent what those have cost
 */
public record Usage(long calls, long hits, long sent, Spending spent) {
  /** Nothing yet. */
  public static final Usage NONE = new Usage(0, 0, 0, Spending.NOTHING);
}
