package dev.refrain.gateway.keys;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How amounts of money are written: in dollars, and exactly. */
public final class Dollars {
  private static final int DIGITS = 9;
  private static final String AMOUNT = "\\d{1,9}(\\.\\d{1,9})?";

  private Dollars() {}

  /**
   * Reads an amount, in billionths of a dollar.
   *
   * @throws NumberFormatException if it is none
   */
  public static long billionths(String text) {
    if (!text.matches(AMOUNT)) {
      throw new NumberFormatException("no amount of dollars");
    }
    return new BigDecimal(text).movePointRight(DIGITS).longValueExact();
  }

  /** Writes an amount as {@link #billionths} reads it. */
  public static String text(long billionths) {
    return plain(BigDecimal.valueOf(billionths, DIGITS));
  }

  /** Writes an amount for people, with so many digits behind the point at most. */
  public static String rounded(long billionths, int digits) {
    return plain(BigDecimal.valueOf(billionths, DIGITS).setScale(digits, RoundingMode.HALF_UP));
  }

  private static String plain(BigDecimal dollars) {
    return dollars.stripTrailingZeros().toPlainString();
  }
}
