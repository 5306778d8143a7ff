package dev.refrain.gateway.keys;

/**
 * How much a key is good for; 0 stands for no bound.
 *
 * @param billionthsPerMonth billionths of a dollar
 */
public record Quota(
    long callsPerMinute, long callsPerMonth, long tokensPerMonth, long billionthsPerMonth) {
  /** No bounds at all. */
  public static final Quota NONE = new Quota(0, 0, 0, 0);

  public Quota {
    if (Math.min(callsPerMinute, callsPerMonth) < 0
        || Math.min(tokensPerMonth, billionthsPerMonth) < 0) {
      throw new IllegalArgumentException("a quota below zero");
    }
  }

  /** Returns whether what calls cost is bounded, and not only how many there are. */
  public boolean boundsCosts() {
    return tokensPerMonth > 0 || billionthsPerMonth > 0;
  }

  /** Returns whether so many calls in a month are as many as there may be. */
  boolean isReached(long calls) {
    return callsPerMonth > 0 && calls >= callsPerMonth;
  }

  /** Returns whether the costs of a month stay within their bounds. */
  boolean covers(Spending costs) {
    return (tokensPerMonth == 0 || costs.tokens() <= tokensPerMonth)
        && (billionthsPerMonth == 0 || costs.billionths() <= billionthsPerMonth);
  }

  /** Returns the bound on costs that is reached, for people; nothing if none is. */
  String reached(Spending costs) {
    if (tokensPerMonth > 0 && costs.tokens() >= tokensPerMonth) {
      return tokensPerMonth + " tokens";
    }
    return (billionthsPerMonth > 0 && costs.billionths() >= billionthsPerMonth)
        ? Dollars.text(billionthsPerMonth) + " dollars"
        : "";
  }
}
