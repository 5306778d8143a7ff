package dev.refrain.gateway.figures;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** How large values were, in buckets. Thread-safe. */
final class Histogram {
  private final Scale scale;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  Histogram(Scale scale) {
    this.scale = scale;
    counts = new LongAdder[scale.buckets()];
    Arrays.setAll(counts, i -> new LongAdder());
  }

  void add(long value) {
    counts[scale.bucket(value)].increment();
    sum.add(value);
  }

  Distribution distribution() {
    return new Distribution(
        scale, Arrays.stream(counts).mapToLong(LongAdder::sum).toArray(), sum.sum());
  }
}
