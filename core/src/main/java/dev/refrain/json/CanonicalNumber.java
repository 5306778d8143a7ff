package dev.refrain.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigInteger;

/** The canonical form of a number: its exact decimal value, laid out as ECMAScript does. */
final class CanonicalNumber {

  /*
   * A number is brought to  sign 0.digits * 10^point  without zeroes at either end of the digits,
   * which is one form for each value. RFC 8785 would round to a double first. Here nothing is
   * rounded, so numbers that differ stay different, and the exponent is only ever added to, never
   * multiplied out, so that 1e999999999 costs no more than 1e9.
   */

  private static final int PLAIN_DIGITS_MAX = 21; // as in ECMAScript's Number::toString

  private CanonicalNumber() {}

  static void write(byte[] bytes, int from, int to, ByteSink sink) {
    if (isPlainInteger(bytes, from, to)) {
      sink.write(bytes, from, to - from);
    } else {
      byte[] form = of(new String(bytes, from, to - from, ISO_8859_1)).getBytes(ISO_8859_1);
      sink.write(form, 0, form.length);
    }
  }

  private static boolean isPlainInteger(byte[] bytes, int from, int to) {
    int first = (bytes[from] == '-') ? from + 1 : from;
    if (to - first > PLAIN_DIGITS_MAX || (first > from && bytes[first] == '0')) {
      return false;
    }
    for (int at = first; at < to; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return false;
      }
    }
    return true;
  }

  /** Returns the canonical form of a JSON number. */
  static String of(String number) {
    int sign = number.startsWith("-") ? 1 : 0;
    int mark = exponentMark(number);
    var mantissa = number.substring(sign, mark);
    var digits = mantissa.replace(".", "");
    int first = 0;
    int end = digits.length();
    while (first < end && digits.charAt(first) == '0') {
      first++;
    }
    if (first == end) {
      return "0";
    }
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    int dot = mantissa.indexOf('.');
    var point = BigInteger.valueOf((dot < 0 ? mantissa.length() : dot) - first);
    if (mark < number.length()) {
      point = point.add(new BigInteger(number.substring(mark + 1)));
    }
    return number.substring(0, sign) + layOut(digits.substring(first, end), point);
  }

  private static int exponentMark(String number) {
    int mark = Math.max(number.indexOf('e'), number.indexOf('E'));
    return (mark < 0) ? number.length() : mark;
  }

  private static String layOut(String digits, BigInteger exactPoint) {
    if (exactPoint.bitLength() < Integer.SIZE) {
      int point = exactPoint.intValue();
      if (digits.length() <= point && point <= PLAIN_DIGITS_MAX) {
        return digits + "0".repeat(point - digits.length());
      }
      if (0 < point && point <= PLAIN_DIGITS_MAX) {
        return digits.substring(0, point) + "." + digits.substring(point);
      }
      if (-6 < point && point <= 0) {
        return "0." + "0".repeat(-point) + digits;
      }
    }
    var exponent = exactPoint.subtract(BigInteger.ONE);
    return digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent.signum() < 0 ? "e" : "e+")
        + exponent;
  }
}
