package dev.refrain;

/**
 * How often an entry was asked for lately. Thread-safe.
 *
 * <p>An entry is hot once it had {@link Lifetime#hotHits} hits within {@link Lifetime#hotWindow},
 * and stays so as long as its hits keep it alive.
 */
public final class Heat {
  /** No hit has made the entry hot. */
  static final long NEVER = Long.MIN_VALUE;

  private long windowStartMillis;
  private int hitsInWindow;
  private long lastHotHitMillis = NEVER;

  /** Begins cold. */
  public Heat() {}

  /** Counts a hit. */
  synchronized void hit(Lifetime lifetime, long nowMillis) {
    if (nowMillis - windowStartMillis > lifetime.hotWindow().toMillis()) {
      windowStartMillis = nowMillis;
      hitsInWindow = 0;
    }
    hitsInWindow++;
    if (hitsInWindow >= lifetime.hotHits() || lastHotHitMillis != NEVER) {
      lastHotHitMillis = nowMillis;
    }
  }

  /** Returns the time of the last hit if the entry is hot, else {@link #NEVER}. */
  synchronized long lastHotHitMillis() {
    return lastHotHitMillis;
  }
}
