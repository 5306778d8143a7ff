package dev.refrain;

import dev.refrain.flight.FlightLimits;
import java.time.Duration;

/**
 * The bounds of a cache.
 *
 * @param bodyBytesMax larger requests are not looked up
 * @param replyBytesMax larger replies are not kept; so much of one lies in memory for its readers
 * @param flightsMax how many upstream calls may be under way at once
 * @param flightTimeMax how long one may take
 * @param linger how long one goes on when nobody reads it any more: {@link #FINISH}, {@link
 *     #CANCEL}, or as one likes
 */
public record Limits(
    int bodyBytesMax, int replyBytesMax, int flightsMax, Duration flightTimeMax, Duration linger) {

  /** Goes on to the end, since it is nearly paid for. */
  public static final Duration FINISH = Duration.ofMinutes(5);

  /**
   * Ends the call, but not before its end can have followed the last word, at which many clients
   * hang up.
   */
  public static final Duration CANCEL = Duration.ofMillis(100);

  /** What fits most. */
  public static final Limits DEFAULT =
      new Limits(32 << 20, 8 << 20, 10_000, Duration.ofMinutes(15), FINISH);

  public Limits {
    if (bodyBytesMax < 1 || replyBytesMax < 1 || flightsMax < 1) {
      throw new IllegalArgumentException("bounds must be above zero");
    }
    if (flightTimeMax.isNegative() || flightTimeMax.isZero() || linger.isNegative()) {
      throw new IllegalArgumentException("times must be above zero");
    }
  }

  /** Returns these limits with another {@link #linger}. */
  public Limits lingering(Duration time) {
    return new Limits(bodyBytesMax, replyBytesMax, flightsMax, flightTimeMax, time);
  }

  FlightLimits ofFlights() {
    return new FlightLimits(flightsMax, replyBytesMax, flightTimeMax, linger);
  }
}
