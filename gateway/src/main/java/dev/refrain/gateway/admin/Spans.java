package dev.refrain.gateway.admin;

/** Spans of time as people say them. */
final class Spans {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Spans() {}

  /** Returns, for instance, "3 h 12 min"; whichever way it goes. */
  static String of(long millis) {
    long span = Math.abs(millis);
    if (span < SECOND) {
      return span + " ms";
    }
    if (span < MINUTE) {
      return span / SECOND + " s";
    }
    if (span < HOUR) {
      return two(span, MINUTE, "min", SECOND, "s");
    }
    return (span < DAY) ? two(span, HOUR, "h", MINUTE, "min") : two(span, DAY, "d", HOUR, "h");
  }

  private static String two(long span, long large, String name, long small, String rest) {
    long left = span % large / small;
    return span / large + " " + name + ((left == 0) ? "" : " " + left + " " + rest);
  }
}
