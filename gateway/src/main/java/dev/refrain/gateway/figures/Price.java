package dev.refrain.gateway.figures;

import dev.refrain.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a model's tokens cost, in millionths of a millionth of a dollar each: a price per million
 * tokens, in millionths of a dollar.
 */
record Price(long input, long output) {
  private static final int DIGITS = 6;
  private static final long BILLIONTHS = 1_000;

  /** What costs nothing, or what nobody knows. */
  static final Price NOTHING = new Price(0, 0);

  /** Takes prices in dollars per million tokens. */
  static Price perMillion(BigDecimal input, BigDecimal output) {
    return new Price(millionths(input), millionths(output));
  }

  private static long millionths(BigDecimal dollars) {
    return dollars.movePointRight(DIGITS).setScale(0, RoundingMode.HALF_UP).longValueExact();
  }

  /** Returns what tokens cost, in billionths of a dollar; those that are unknown, nothing. */
  long of(Usage usage) {
    return (Math.max(0, usage.inputTokens()) * input + Math.max(0, usage.outputTokens()) * output)
        / BILLIONTHS;
  }
}
