package dev.refrain.gateway.figures;

import dev.refrain.CacheFigures;
import dev.refrain.Holdings.Breaker;
import java.util.List;
import java.util.Locale;

/** What the cache has counted, as metrics. */
final class CacheMetrics {
  private CacheMetrics() {}

  static List<Family> of(CacheFigures figures) {
    var notKept =
        Family.counter("refrain_replies_not_kept", "Replies that were not kept, by the reason");
    figures.notKept().forEach((reason, count) -> notKept.with(count, "reason", reason.toString()));
    var hits = Family.counter("refrain_tier_hits", "Looks into a tier that have found something");
    var misses = Family.counter("refrain_tier_misses", "Looks into a tier that have found nothing");
    var errors = Family.counter("refrain_tier_errors", "Times that a tier was in trouble");
    var evictions = Family.counter("refrain_tier_evictions", "Entries that were given up");
    var entries = Family.gauge("refrain_tier_entries", "Entries in a tier");
    var bytes = Family.gauge("refrain_tier_bytes", "Bytes that a tier holds");
    var bytesMax = Family.gauge("refrain_tier_bytes_max", "Bytes that a tier may hold");
    var breaker = Family.gauge("refrain_tier_breaker", "1 for the state of a tier's breaker");
    for (var tier : figures.tiers()) {
      var holdings = tier.holdings();
      hits.with(tier.hits(), "tier", tier.name());
      misses.with(tier.misses(), "tier", tier.name());
      errors.with(tier.errors(), "tier", tier.name());
      if (holdings.evictions() >= 0) {
        evictions.with(holdings.evictions(), "tier", tier.name());
      }
      add(entries, holdings.entries(), tier.name());
      add(bytes, holdings.bytes(), tier.name());
      add(bytesMax, holdings.bytesMax(), tier.name());
      for (var state : Breaker.values()) {
        var name = state.name().toLowerCase(Locale.ROOT);
        breaker.with(state == holdings.breaker() ? 1 : 0, "tier", tier.name(), "state", name);
      }
    }
    return List.of(
        Family.gauge("refrain_flights", "Upstream calls that are under way")
            .with(figures.air().flights()),
        Family.gauge("refrain_flight_readers", "Callers who read what is under way")
            .with(figures.air().readers()),
        Family.gauge("refrain_flight_followers", "Readers who came after the first of their flight")
            .with(figures.air().followers()),
        Family.gauge("refrain_flight_followers_max", "The most followers that one flight has")
            .with(figures.air().fullest()),
        Family.gauge("refrain_flight_bytes", "Bytes of replies under way that lie in memory")
            .with(figures.air().bytes()),
        Family.counter("refrain_replies_kept", "Replies that were kept").with(figures.kept()),
        notKept,
        Family.counter("refrain_refreshes", "Flights behind the back of a caller with an answer")
            .with(figures.refreshes()),
        Family.counter("refrain_refreshes_failed", "Refreshes that came to nothing")
            .with(figures.refreshesFailed()),
        Family.counter("refrain_invalidations", "Tags that were invalidated")
            .with(figures.invalidations()),
        Family.counter("refrain_events_dropped", "Events that slow listeners have missed")
            .with(figures.eventsDropped()),
        hits,
        misses,
        errors,
        evictions,
        entries,
        bytes,
        bytesMax,
        breaker);
  }

  private static void add(Family.Gauge gauge, long value, String tier) {
    if (value >= 0) {
      gauge.with(value, "tier", tier);
    }
  }
}
