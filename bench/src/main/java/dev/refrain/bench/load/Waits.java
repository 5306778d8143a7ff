package dev.refrain.bench.load;

import java.util.stream.LongStream;

/**
 * How long a client waited, in most cases and in one of a hundred.
 *
 * @param lateMicros how late he was woken, in one of a hundred cases: what his own machine adds,
 *     and no part of his waits
 */
record Waits(double p50Micros, double p99Micros, double lateMicros) {
  private static final double NANOS_PER_MICRO = 1e3;

  static Waits of(LongStream waits, LongStream lateness) {
    var sorted = waits.sorted().toArray();
    return new Waits(at(sorted, 50), at(sorted, 99), at(lateness.sorted().toArray(), 99));
  }

  private static double at(long[] sorted, int percent) {
    return (sorted.length == 0)
        ? Double.NaN // who was never asleep was never woken
        : sorted[(int) ((long) sorted.length * percent / 100)] / NANOS_PER_MICRO;
  }
}
