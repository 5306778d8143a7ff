package dev.refrain;

import java.time.Duration;

/**
 * Lifetimes for tests, piece by piece: a ttl of an hour without jitter; nothing else unless it is
 * said. Immutable.
 */
record Times(Lifetime lifetime) {
  static final Duration HOUR = Duration.ofHours(1);
  static final Duration MOMENT = Duration.ofMillis(1);

  /** Fresh for an hour, and then nothing. */
  static final Times PLAIN =
      new Times(
          new Lifetime(
              HOUR,
              0,
              Integer.MAX_VALUE,
              Duration.ZERO,
              Duration.ZERO,
              Duration.ofDays(7),
              Duration.ZERO,
              Duration.ZERO,
              0));

  Times jitter(double jitter) {
    return new Times(
        new Lifetime(
            lifetime.ttl(),
            jitter,
            lifetime.hotHits(),
            lifetime.hotWindow(),
            lifetime.hotLife(),
            lifetime.maxAge(),
            lifetime.staleWhileRevalidate(),
            lifetime.staleIfError(),
            lifetime.earlyRefresh()));
  }

  Times hot(int hits, Duration window, Duration life) {
    return new Times(
        new Lifetime(
            lifetime.ttl(),
            lifetime.jitter(),
            hits,
            window,
            life,
            lifetime.maxAge(),
            lifetime.staleWhileRevalidate(),
            lifetime.staleIfError(),
            lifetime.earlyRefresh()));
  }

  Times maxAge(Duration maxAge) {
    return new Times(
        new Lifetime(
            lifetime.ttl(),
            lifetime.jitter(),
            lifetime.hotHits(),
            lifetime.hotWindow(),
            lifetime.hotLife(),
            maxAge,
            lifetime.staleWhileRevalidate(),
            lifetime.staleIfError(),
            lifetime.earlyRefresh()));
  }

  Times stale(Duration whileRevalidate, Duration ifError) {
    return new Times(
        new Lifetime(
            lifetime.ttl(),
            lifetime.jitter(),
            lifetime.hotHits(),
            lifetime.hotWindow(),
            lifetime.hotLife(),
            lifetime.maxAge(),
            whileRevalidate,
            ifError,
            lifetime.earlyRefresh()));
  }

  Times early(double earlyRefresh) {
    return new Times(
        new Lifetime(
            lifetime.ttl(),
            lifetime.jitter(),
            lifetime.hotHits(),
            lifetime.hotWindow(),
            lifetime.hotLife(),
            lifetime.maxAge(),
            lifetime.staleWhileRevalidate(),
            lifetime.staleIfError(),
            earlyRefresh));
  }
}
