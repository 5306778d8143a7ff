package dev.refrain;

import dev.refrain.flight.FlightLimits;
import java.time.Duration;

/**
 * The bounds of a cache.
 *
 * @param bodyBytesMax larger requests are not looked up
 * @param replyBytesMax larger replies are not kept; so much of one lies in memory for its readers
 * @param repliesBytesMax how much the replies under way may take together; beyond, they are passed
 *     on as their readers read them, and not kept
 * @param flightsMax how many upstream calls may be under way at once
 * @param flightTimeMax how long one may take
 * @param linger how long one goes on when nobody reads it any more: {@link #FINISH}, {@link
 *     #CANCEL}, or as one likes
 */
public record Limits(
    int bodyBytesMax,
    int replyBytesMax,
    long repliesBytesMax,
    int flightsMax,
    Duration flightTimeMax,
    Duration linger) {

  /** Which part of the heap replies under way may take, if nothing else is said. */
  public static final int REPLIES_SHARE_OF_HEAP = 8;

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
    if (bodyBytesMax < 1 || replyBytesMax < 1 || repliesBytesMax < 1 || flightsMax < 1) {
      throw new IllegalArgumentException("bounds must be above zero");
    }
    if (flightTimeMax.isNegative() || flightTimeMax.isZero() || linger.isNegative()) {
      throw new IllegalArgumentException("times must be above zero");
    }
  }

  /** Sets bounds, with an eighth of the heap for the replies under way. */
  public Limits(
      int bodyBytesMax,
      int replyBytesMax,
      int flightsMax,
      Duration flightTimeMax,
      Duration linger) {
    this(bodyBytesMax, replyBytesMax, repliesOfHeap(), flightsMax, flightTimeMax, linger);
  }

  private static long repliesOfHeap() {
    return Runtime.getRuntime().maxMemory() / REPLIES_SHARE_OF_HEAP;
  }

  /** Returns these limits with another {@link #linger}. */
  public Limits lingering(Duration time) {
    return new Limits(
        bodyBytesMax, replyBytesMax, repliesBytesMax, flightsMax, flightTimeMax, time);
  }

  FlightLimits ofFlights() {
    return new FlightLimits(flightsMax, flightTimeMax, linger);
  }
}
