package dev.refrain;

/**
 * How often an entry was asked for lately. Thread-safe.
 *
 * <p>An entry is hot once it had {@link Lifetime#hotHits} hits within {@link Lifetime#hotWindow},
 * and stays so as long as its hits keep it alive.
 */
public final class Heat {
  /** No hit has made the entry hot. */
  public static final long NEVER = Long.MIN_VALUE;

  private long windowStartMillis;
  private int hitsInWindow;
  private long hits;
  private long lastHotHitMillis;

  /** Begins cold. */
  public Heat() {
    this(NEVER);
  }

  /** Begins as it was left, if its last hit as a hot one was at this time. */
  public Heat(long lastHotHitMillis) {
    this.lastHotHitMillis = lastHotHitMillis;
  }

  /** Counts a hit. */
  synchronized void hit(Lifetime lifetime, long nowMillis) {
    long windowMillis = lifetime.hotWindow().toMillis();
    if (nowMillis - windowStartMillis > windowMillis || nowMillis < windowStartMillis) {
      windowStartMillis = nowMillis;
      hitsInWindow = 0;
    }
    hitsInWindow++;
    hits++;
    if (hitsInWindow >= lifetime.hotHits() || isHot(lastHotHitMillis, lifetime, nowMillis)) {
      lastHotHitMillis = nowMillis;
    }
  }

  /** Returns whether an entry is hot that had its last hit as a hot one at this time. */
  static boolean isHot(long lastHotHitMillis, Lifetime lifetime, long nowMillis) {
    return lastHotHitMillis != NEVER
        && nowMillis - lastHotHitMillis <= lifetime.hotLife().toMillis();
  }

  /** Returns the time of the last hit that found or made the entry hot, or {@link #NEVER}. */
  public synchronized long lastHotHitMillis() {
    return lastHotHitMillis;
  }

  /** Returns how often the entry was asked for since it came to where it lies. */
  public synchronized long hits() {
    return hits;
  }
}
