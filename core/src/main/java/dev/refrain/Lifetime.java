package dev.refrain;

import java.time.Duration;

/**
 * How long answers live.
 *
 * @param ttl how long an answer is fresh
 * @param jitter by what share of the ttl single answers differ, so that not all expire at once
 * @param hotHits how many hits within {@code hotWindow} make an entry hot
 * @param hotLife how long a hot entry is fresh from its last hit
 * @param maxAge beyond which nothing is served, whatever happens
 * @param staleWhileRevalidate how long a stale answer is served while a new one is fetched
 * @param staleIfError how long a stale answer is served if upstream fails
 * @param earlyRefresh how eagerly a hot entry is fetched anew before it expires: 0 never, 1 as the
 *     XFetch rule says, more is earlier
 */
public record Lifetime(
    Duration ttl,
    double jitter,
    int hotHits,
    Duration hotWindow,
    Duration hotLife,
    Duration maxAge,
    Duration staleWhileRevalidate,
    Duration staleIfError,
    double earlyRefresh) {

  /** What fits most answers. */
  public static final Lifetime DEFAULT =
      new Lifetime(
          Duration.ofHours(24),
          0.05,
          10,
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(7),
          Duration.ofHours(1),
          Duration.ofHours(24),
          1.0);

  public Lifetime {
    for (var duration :
        new Duration[] {ttl, hotWindow, hotLife, maxAge, staleWhileRevalidate, staleIfError}) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException("a negative time: " + duration);
      }
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter is a share from 0 to 1, not " + jitter);
    }
    if (hotHits < 1) {
      throw new IllegalArgumentException("hot from " + hotHits + " hits");
    }
    if (!(earlyRefresh >= 0)) {
      throw new IllegalArgumentException("early refresh " + earlyRefresh);
    }
  }

  /** Returns these times with another ttl. */
  public Lifetime withTtl(Duration ttl) {
    return new Lifetime(
        ttl,
        jitter,
        hotHits,
        hotWindow,
        hotLife,
        maxAge,
        staleWhileRevalidate,
        staleIfError,
        earlyRefresh);
  }
}
