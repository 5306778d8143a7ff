package dev.refrain.gateway.figures;

/**
 * What was answered, saved and spent in some time.
 *
 * @param calls all that were let in
 * @param hits those that were answered from the cache
 * @param joined those that shared somebody else's call
 * @param tokensSaved of hits and those who joined
 * @param tokensSpent of all calls upstream
 * @param nanosSaved billionths of a dollar, as {@code nanosSpent}
 * @param millisSaved the time that upstream needed for what hits have got at once
 */
public record Totals(
    long calls,
    long hits,
    long joined,
    Tokens tokensSaved,
    Tokens tokensSpent,
    long nanosSaved,
    long nanosSpent,
    long millisSaved) {
  /** Nothing yet. */
  static final Totals NONE = new Totals(0, 0, 0, Tokens.NONE, Tokens.NONE, 0, 0, 0);

  /**
   * Tokens.
   *
   * @param estimated how many of these were counted by us, as the reply said nothing
   */
  public record Tokens(long input, long output, long estimated) {
    /** None. */
    public static final Tokens NONE = new Tokens(0, 0, 0);

    Tokens plus(Tokens other) {
      return new Tokens(input + other.input, output + other.output, estimated + other.estimated);
    }

    Tokens minus(Tokens other) {
      return new Tokens(input - other.input, output - other.output, estimated - other.estimated);
    }
  }

  Totals plus(Totals other) {
    return new Totals(
        calls + other.calls,
        hits + other.hits,
        joined + other.joined,
        tokensSaved.plus(other.tokensSaved),
        tokensSpent.plus(other.tokensSpent),
        nanosSaved + other.nanosSaved,
        nanosSpent + other.nanosSpent,
        millisSaved + other.millisSaved);
  }

  Totals minus(Totals other) {
    return new Totals(
        calls - other.calls,
        hits - other.hits,
        joined - other.joined,
        tokensSaved.minus(other.tokensSaved),
        tokensSpent.minus(other.tokensSpent),
        nanosSaved - other.nanosSaved,
        nanosSpent - other.nanosSpent,
        millisSaved - other.millisSaved);
  }
}
