package dev.refrain.bench.load;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** How long a client waited, in most cases and in one of a hundred. */
record Waits(long p50Micros, long p99Micros) {
  private static final int NANOS_PER_MICRO = 1000;

  static Waits of(long[] nanos) {
    var sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Waits(at(sorted, 50), at(sorted, 99));
  }

  static Waits medians(List<Waits> rounds) {
    return new Waits(median(rounds, Waits::p50Micros), median(rounds, Waits::p99Micros));
  }

  private static long at(long[] sorted, int percent) {
    return sorted[(int) ((long) sorted.length * percent / 100)] / NANOS_PER_MICRO;
  }

  private static long median(List<Waits> rounds, ToLongFunction<Waits> figure) {
    var sorted = rounds.stream().mapToLong(figure).sorted().toArray();
    return sorted[(sorted.length - 1) / 2];
  }
}
