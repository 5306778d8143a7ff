package dev.refrain.gateway.settings;

import java.util.Locale;

/**
 * Numbers of bytes with their unit. KB, MB and GB are the same powers of 1024 as KiB, MiB and GiB:
 * of memory nobody means anything else.
 */
record Sizes(String min, String max) implements Type<Long> {
  private static final int DIGITS_MAX = 12;
  private static final String[] UNITS = {"b", "kib", "mib", "gib", "tib"};
  private static final String[] OTHER_UNITS = {"b", "kb", "mb", "gb", "tb"};

  @Override
  public String expected() {
    return "a size such as 64KiB, 8MiB or 1GiB";
  }

  @Override
  public Long read(String text) throws BadTextException {
    long bytes = bytes(text);
    if (bytes < 0) {
      throw BadTextException.expected(expected(), text);
    }
    if (bytes < bytes(min)) {
      throw BadTextException.expected("at least " + min, text);
    }
    if (bytes > bytes(max)) {
      throw BadTextException.expected("at most " + max, text);
    }
    return bytes;
  }

  /** Returns how many bytes that is, or -1 if it is no size. */
  private static long bytes(String text) {
    int digits = Durations.digits(text);
    if (digits == 0 || digits > DIGITS_MAX) {
      return -1;
    }
    String unit = text.substring(digits).toLowerCase(Locale.ROOT);
    long bytes = Long.parseLong(text, 0, digits, 10);
    for (int power = 0; power < UNITS.length; power++) {
      if (unit.equals(UNITS[power]) || unit.equals(OTHER_UNITS[power])) {
        long factor = 1L << (10 * power);
        return (bytes > Long.MAX_VALUE / factor) ? Long.MAX_VALUE : bytes * factor;
      }
    }
    return -1;
  }

  /** Returns the size in the largest unit that says it exactly. */
  static String show(long bytes) {
    int power = (bytes == 0) ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, 4);
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    return (bytes >> (10 * power)) + units[power];
  }
}
