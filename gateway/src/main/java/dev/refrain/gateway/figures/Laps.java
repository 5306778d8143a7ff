package dev.refrain.gateway.figures;

import dev.refrain.CacheFigures.Air;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Second by second, what has come since the last time that somebody looked. For one thread. */
public final class Laps {
  private static final long NOTHING = -1;
  private static final double HALF = 0.5;
  private static final double NEARLY_ALL = 0.99;
  private static final long NANOS_PER_MICRO = 1000;

  private final Seconds seconds;
  private final Histogram hits;
  private final Histogram fetches;
  private final Supplier<Air> air;
  private Distribution hitsBefore;
  private Distribution fetchesBefore;
  private long next; // the second

  Laps(Seconds seconds, Latencies latencies, Supplier<Air> air) {
    this.seconds = seconds;
    this.air = air;
    hits = latencies.of(Result.REPLAYED);
    fetches = latencies.of(Result.FETCHED);
    hitsBefore = hits.distribution();
    fetchesBefore = fetches.distribution();
  }

  /**
   * Returns a row for each second that is over: its beginning in milliseconds since the epoch; the
   * calls of each {@link Result}; half and nearly all hits were faster than so many microseconds,
   * and so were calls that were fetched; flights, and their followers. -1 stands for nothing.
   */
  public List<long[]> rows() {
    var ring = seconds.ring();
    if (ring.first() + ring.length() < next - Seconds.KEPT) {
      next = 0; // the clock was set back
    }
    var rows = new ArrayList<long[]>();
    int from = (int) Math.max(0, next - ring.first());
    if (from >= ring.length()) {
      return rows;
    }
    var hitsNow = hits.distribution();
    var fetchesNow = fetches.distribution();
    var hitsSince = hitsNow.since(hitsBefore);
    var fetchesSince = fetchesNow.since(fetchesBefore);
    hitsBefore = hitsNow;
    fetchesBefore = fetchesNow;
    var airNow = air.get();
    for (int i = from; i < ring.length(); i++) {
      var row = new ArrayList<Long>();
      row.add((ring.first() + i) * 1000);
      for (var result : Result.values()) {
        row.add(Objects.requireNonNull(ring.calls().get(result))[i]);
      }
      row.add(micros(hitsSince, HALF));
      row.add(micros(hitsSince, NEARLY_ALL));
      row.add(micros(fetchesSince, HALF));
      row.add(micros(fetchesSince, NEARLY_ALL));
      row.add((long) airNow.flights());
      row.add((long) airNow.followers());
      rows.add(row.stream().mapToLong(Long::longValue).toArray());
    }
    next = ring.first() + ring.length();
    return rows;
  }

  private static long micros(Distribution times, double share) {
    return (times.count() == 0) ? NOTHING : times.quantile(share) / NANOS_PER_MICRO;
  }
}
