package dev.refrain.gateway.figures;

import java.util.Arrays;

/** What a {@link Histogram} has come to. Immutable. */
final class Distribution {
  private final Scale scale;
  private final long[] counts;
  private final long sum;

  /** Takes the counts over. */
  Distribution(Scale scale, long[] counts, long sum) {
    this.scale = scale;
    this.counts = counts;
    this.sum = sum;
  }

  Scale scale() {
    return scale;
  }

  long count() {
    return Arrays.stream(counts).sum();
  }

  long sum() {
    return sum;
  }

  long count(int bucket) {
    return counts[bucket];
  }

  /** Returns what has come since an earlier time. */
  Distribution since(Distribution earlier) {
    var more = new long[counts.length];
    Arrays.setAll(more, i -> counts[i] - earlier.counts[i]);
    return new Distribution(scale, more, sum - earlier.sum);
  }

  /** Returns what this share of all values is at most, about; 0 if there are none. */
  long quantile(double share) {
    double rank = share * count();
    double before = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0 && before + counts[i] >= rank) {
        return within(i, (rank - before) / counts[i]);
      }
      before += counts[i];
    }
    return 0;
  }

  private long within(int bucket, double share) {
    var bounds = scale.bounds();
    if (bucket == bounds.length) {
      return bounds[bounds.length - 1]; // nobody knows how much more
    }
    long from = (bucket == 0) ? 0 : bounds[bucket - 1];
    return from + Math.round(share * (bounds[bucket] - from));
  }
}
