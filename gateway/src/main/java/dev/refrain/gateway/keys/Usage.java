package dev.refrain.gateway.keys;

/**
 * What was used of a key within a month.
 *
 * @param calls that were let in
 * @param hits that cost nothing: the cache answered, or somebody else's call did
 * @param sent calls that went upstream
 * @param tokens that those cost, in and out
 */
public record Usage(long calls, long hits, long sent, long tokens) {
  /** Nothing yet. */
  public static final Usage NONE = new Usage(0, 0, 0, 0);
}
