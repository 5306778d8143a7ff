package dev.refrain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether an entry may be served. Decided by a pure function, {@link Sight#freshness}. */
public sealed interface Freshness {
  /**
   * It may be served.
   *
   * @param leftMillis for how long still
   * @param refreshEarly whether a new one should be fetched behind it already now
   */
  record Fresh(long leftMillis, boolean refreshEarly) implements Freshness {}

  /**
   * It is too old, but better than nothing.
   *
   * @param leftMillis how long ago it was fresh, as a negative number
   * @param whileRevalidate it may be served at once, while a new one is fetched
   * @param ifError it may be served if upstream fails
   */
  record Stale(long leftMillis, boolean whileRevalidate, boolean ifError) implements Freshness {}

  /** It must not be served. */
  record Expired() implements Freshness {}

  /**
   * All that decides about an entry.
   *
   * @param lastHotHitMillis see {@link Heat}
   * @param valid whether none of its tags was invalidated
   * @param luck a random number above 0 and up to 1, which spreads early refreshes
   */
  record Sight(
      Recording recording,
      long lastHotHitMillis,
      boolean valid,
      Directives directives,
      Lifetime lifetime,
      long nowMillis,
      double luck) {

    /** A clock that was set back makes nothing younger than just born. */
    public Sight {
      nowMillis = Math.max(nowMillis, recording.bornMillis());
    }

    /** Decides. */
    public Freshness freshness() {
      if (!valid || ageMillis() > lifetime.maxAge().toMillis() || directives.noCache()) {
        return new Expired();
      }
      long freshMillis = freshUntilMillis() - nowMillis;
      long wantedMillis = wantedMillis(freshMillis);
      return (freshMillis > 0 && wantedMillis >= 0)
          ? new Fresh(wantedMillis, isHot() && isEarly(freshMillis))
          : stale(-wantedMillis);
    }

    /** Returns the times by which it is decided. */
    Timing timing() {
      var wanted = directives.ttl();
      long jitterMillis = (wanted == null) ? jitterMillis() : 0;
      long expires = (wanted == null) ? expiresMillis() : bornPlus(wanted);
      long fresh = freshUntilMillis();
      return new Timing(
          nowMillis,
          recording.bornMillis(),
          jitterMillis,
          expires,
          (lastHotHitMillis == Heat.NEVER) ? null : hotUntilMillis(),
          fresh,
          fresh + lifetime.staleWhileRevalidate().toMillis(),
          fresh + lifetime.staleIfError().toMillis(),
          bornPlus(lifetime.maxAge()));
    }

    private Freshness stale(long staleMillis) {
      boolean accepted = accepts(directives.maxStale(), staleMillis);
      boolean tolerated = accepts(directives.staleIfError(), staleMillis);
      boolean unlimited = !directives.limitsAge();
      var whileRevalidate = lifetime.staleWhileRevalidate();
      boolean mayServe = accepted || (unlimited && accepts(whileRevalidate, staleMillis));
      boolean mayFallBack =
          mayServe || tolerated || (unlimited && accepts(lifetime.staleIfError(), staleMillis));
      return mayFallBack ? new Stale(-staleMillis, mayServe, mayFallBack) : new Expired();
    }

    /** RFC 9111, 5.2.1: what max-age and min-fresh leave of the time for which it is fresh. */
    private long wantedMillis(long freshMillis) {
      long left = freshMillis;
      if (directives.maxAge() != null) {
        left = Math.min(left, directives.maxAge().toMillis() - ageMillis());
      }
      return (directives.minFresh() == null) ? left : left - directives.minFresh().toMillis();
    }

    private long freshUntilMillis() {
      var wanted = directives.ttl();
      long until = (wanted == null) ? usuallyUntilMillis() : bornPlus(wanted);
      if (recording.ttlMax() != null) {
        until = Math.min(until, bornPlus(recording.ttlMax()));
      }
      return Math.min(until, bornPlus(lifetime.maxAge()));
    }

    private long usuallyUntilMillis() {
      return (lastHotHitMillis == Heat.NEVER)
          ? expiresMillis()
          : Math.max(expiresMillis(), hotUntilMillis());
    }

    private long expiresMillis() {
      return bornPlus(lifetime.ttl()) + jitterMillis();
    }

    private long jitterMillis() {
      return Math.round(lifetime.ttl().toMillis() * jitter());
    }

    private long hotUntilMillis() {
      return lastHotHitMillis + lifetime.hotLife().toMillis();
    }

    private long bornPlus(Duration time) {
      return recording.bornMillis() + time.toMillis();
    }

    /** Each recording has its own share of the jitter, which its key and birth decide. */
    private double jitter() {
      long mixed = recording.slot().key().second() ^ (recording.bornMillis() * 0x9E3779B97F4A7C15L);
      return lifetime.jitter() * ((mixed >> 11) * 0x1.0p-52);
    }

    /** XFetch: the dearer an entry and the nearer its end, the likelier it is fetched anew. */
    private boolean isEarly(long freshMillis) {
      return -recording.tookMillis() * lifetime.earlyRefresh() * Math.log(luck) >= freshMillis;
    }

    private boolean isHot() {
      return Heat.isHot(lastHotHitMillis, lifetime, nowMillis);
    }

    private long ageMillis() {
      return nowMillis - recording.bornMillis();
    }

    private static boolean accepts(@Nullable Duration limit, long staleMillis) {
      return limit != null && staleMillis <= limit.toMillis();
    }
  }
}
