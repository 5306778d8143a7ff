package dev.refrain.sqlite;

/**
 * How much it is worth to keep an entry: the time that it may be expected to save, by byte and by
 * second that it lies there. The least useful go first.
 *
 * <pre>{@code
 * usefulness = (1 + hits) × (took + 50 ms) / ((bytes + 256) × (idle + 1 min))
 * }</pre>
 *
 * <p>What is dear to make again, is small, and is often and lately asked for stays. Who had ten
 * hits may lie idle for ten times as long as who had none.
 */
final class Usefulness {
  /** A call costs something even if it takes no time. */
  private static final double TOOK_MILLIS_LEAST = 50;

  /** What an entry takes beside its bytes. */
  private static final double OVERHEAD_BYTES = 256;

  /** What has just come is not judged by the millisecond. */
  private static final double IDLE_MILLIS_LEAST = 60_000;

  private Usefulness() {}

  static double of(Merit merit, long nowMillis) {
    double saved = (1.0 + merit.hits()) * (Math.max(0, merit.tookMillis()) + TOOK_MILLIS_LEAST);
    double idleMillis = Math.max(0, nowMillis - merit.usedMillis()) + IDLE_MILLIS_LEAST;
    return saved / ((merit.bytes() + OVERHEAD_BYTES) * idleMillis);
  }

  /**
   * What decides about an entry.
   *
   * @param usedMillis when it was written or had its last hit
   */
  record Merit(long id, long bytes, long tookMillis, long hits, long usedMillis) {}
}
