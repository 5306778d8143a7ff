package dev.refrain.gateway.settings;

import java.time.Duration;
import java.util.List;

/** Times with their unit. */
record Durations(String min, String max) implements Type<Duration> {
  private static final int DIGITS_MAX = 12;

  private record Unit(String name, long millis) {}

  private static final List<Unit> UNITS =
      List.of(
          new Unit("ms", 1),
          new Unit("s", 1000),
          new Unit("m", 60_000),
          new Unit("h", 3_600_000),
          new Unit("d", 86_400_000));

  @Override
  public String expected() {
    return "a time such as 250ms, 30s, 5m, 2h or 7d";
  }

  @Override
  public Duration read(String text) throws BadTextException {
    long millis = millis(text);
    if (millis < 0) {
      throw BadTextException.expected(expected(), text);
    }
    if (millis < millis(min)) {
      throw BadTextException.expected("at least " + min, text);
    }
    if (millis > millis(max)) {
      throw BadTextException.expected("at most " + max, text);
    }
    return Duration.ofMillis(millis);
  }

  /** Returns how many milliseconds that is, or -1 if it is no time. */
  private static long millis(String text) {
    int digits = digits(text);
    if (digits == 0 || digits > DIGITS_MAX) {
      return -1;
    }
    String name = text.substring(digits);
    for (int i = 0; i < UNITS.size(); i++) {
      var unit = UNITS.get(i);
      if (name.equals(unit.name)) {
        long count = Long.parseLong(text, 0, digits, 10);
        return (count > Long.MAX_VALUE / unit.millis) ? Long.MAX_VALUE : count * unit.millis;
      }
    }
    return (digits == text.length() && text.equals("0")) ? 0 : -1;
  }

  /** Returns how many digits the text begins with. */
  static int digits(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    return digits;
  }
}
