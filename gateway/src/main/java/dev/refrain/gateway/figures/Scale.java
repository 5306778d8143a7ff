package dev.refrain.gateway.figures;

import java.util.Arrays;

/**
 * The bounds of a histogram's buckets.
 *
 * @param perSecond how many units of the values make a second
 */
@SuppressWarnings("ArrayRecordComponent") // a constant
record Scale(long perSecond, long[] bounds) {
  /*
   * Ten bounds to a decade, round ones, so that quantiles are true to about a tenth, and the few of
   * them that are exported are such as people would have chosen.
   */

  private static final long[] DECADE = {100, 120, 150, 200, 250, 300, 400, 500, 600, 800};

  /** How long calls take, in nanoseconds: from ten microseconds to a quarter of an hour. */
  static final Scale TIMES = of(1_000_000_000, 10_000, 8);

  /** How old answers are, in milliseconds: from a second to months. */
  static final Scale AGES = of(1_000, 1_000, 7);

  private static Scale of(long perSecond, long first, int decades) {
    var bounds = new long[decades * DECADE.length + 1];
    long from = first;
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = DECADE[i % DECADE.length] * from / DECADE[0];
      from *= (i % DECADE.length == DECADE.length - 1) ? 10 : 1;
    }
    return new Scale(perSecond, bounds);
  }

  /** All that is above the last bound is in a bucket of its own. */
  int buckets() {
    return bounds.length + 1;
  }

  int bucket(long value) {
    int place = Arrays.binarySearch(bounds, value);
    return (place < 0) ? -place - 1 : place; // a bound belongs to its bucket
  }

  /** Returns whether a bound is among the three of each decade that are exported. */
  boolean isExported(int bound) {
    long leading = DECADE[bound % DECADE.length];
    return leading == 100 || leading == 250 || leading == 500;
  }

  double seconds(long value) {
    return (double) value / perSecond;
  }
}
