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

  Usage plus(Usage other) {
    return new Usage(
        Spending.sum(calls, other.calls),
        Spending.sum(hits, other.hits),
        Spending.sum(sent, other.sent),
        spent.plus(other.spent));
  }

  /** Returns of each count the greater one: what is counted only grows. */
  Usage atLeast(Usage other) {
    return new Usage(
        Math.max(calls, other.calls),
        Math.max(hits, other.hits),
        Math.max(sent, other.sent),
        new Spending(
            Math.max(spent.tokens(), other.spent.tokens()),
            Math.max(spent.billionths(), other.spent.billionths())));
  }
}
