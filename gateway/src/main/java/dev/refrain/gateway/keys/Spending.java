package dev.refrain.gateway.keys;

/**
 * What calls cost, or may cost.
 *
 * @param tokens in and out
 * @param billionths of a dollar, which the table of prices makes of them
 */
public record Spending(long tokens, long billionths) {
  private static final long COUNT_MAX = 999_999_999_999_999_999L;

  /** Nothing at all. */
  public static final Spending NOTHING = new Spending(0, 0);

  Spending plus(Spending other) {
    return new Spending(sum(tokens, other.tokens), sum(billionths, other.billionths));
  }

  /** Returns a sum that is never less than its parts, and can still be written. */
  static long sum(long one, long other) {
    return (one > COUNT_MAX - other) ? COUNT_MAX : one + other;
  }

  Spending minus(Spending other) {
    return new Spending(
        Math.max(0, tokens - other.tokens), Math.max(0, billionths - other.billionths));
  }
}
