package dev.refrain.gateway.keys;

/**
 * What calls cost, or may cost.
 *
 * @param tokens in and out
 * @param billionths of a dollar, which the table of prices makes of them
 */
public record Spending(long tokens, long billionths) {
  /** Nothing at all. */
  public static final Spending NOTHING = new Spending(0, 0);

  Spending plus(Spending other) {
    return new Spending(tokens + other.tokens, billionths + other.billionths);
  }

  Spending minus(Spending other) {
    return new Spending(tokens - other.tokens, billionths - other.billionths);
  }
}
