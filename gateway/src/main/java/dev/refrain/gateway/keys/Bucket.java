package dev.refrain.gateway.keys;

/**
 * Lets so many calls through in a minute: all at once if none came for a while, and then as evenly
 * as the bucket fills again. Not thread-safe.
 */
final class Bucket {
  private static final double MINUTE_MILLIS = 60_000;

  private double calls = Double.POSITIVE_INFINITY; // full, whatever the bound
  private long filledMillis;

  /** Returns whether there is room for a call, and counts it. */
  boolean tryTake(long callsPerMinute, long nowMillis) {
    double passed = (double) Math.max(0, nowMillis - filledMillis);
    calls = Math.min((double) callsPerMinute, calls + passed * (callsPerMinute / MINUTE_MILLIS));
    filledMillis = nowMillis;
    if (calls < 1) {
      return false;
    }
    calls--;
    return true;
  }

  /** Returns when the next call will have room, after one had none. */
  long waitMillis(long callsPerMinute) {
    return (long) Math.ceil((1 - calls) * (MINUTE_MILLIS / callsPerMinute));
  }
}
