package dev.refrain.gateway.cli;

import java.time.Duration;
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

  /** An amount of money, such as $12.04; less than a cent is told more closely. */
  static String dollars(long billionths) {
    double dollars = billionths / 1e9;
    boolean isSmall = billionths != 0 && Math.abs(dollars) < 0.01;
    return String.format(Locale.ROOT, isSmall ? "$%.6f" : "$%.2f", dollars);
  }

  /** A span of time, such as 3 h 12 min. */
  static String span(Duration duration) {
    if (duration.toMinutes() == 0) {
      return duration.toSeconds() + " s";
    }
    if (duration.toHours() == 0) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return (duration.toDays() == 0)
        ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
        : duration.toDays() + " d " + duration.toHoursPart() + " h";
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
