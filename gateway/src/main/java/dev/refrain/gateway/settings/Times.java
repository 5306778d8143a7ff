package dev.refrain.gateway.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Times as they are written in settings, for those who read them elsewhere. */
public final class Times {
  private static final Durations ANY = new Durations("0s", "36500d");

  private Times() {}

  /** Returns a time such as 250ms, 30s, 5m, 2h or 7d; null if it is none. */
  public static @Nullable Duration parse(String text) {
    try {
      return ANY.read(text);
    } catch (BadTextException e) {
      return null;
    }
  }
}
