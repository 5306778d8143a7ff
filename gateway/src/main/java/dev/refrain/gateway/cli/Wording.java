package dev.refrain.gateway.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Wording {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final double STEP = 1024;

  private Wording() {}

  /** A count, such as 1,204. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A size, such as 2.3 MiB. */
  static String bytes(long number) {
    double size = number;
    int unit = 0;
    while (size >= STEP && unit < UNITS.length - 1) {
      size /= STEP;
      unit++;
    }
    return (unit == 0) ? number + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }
}
