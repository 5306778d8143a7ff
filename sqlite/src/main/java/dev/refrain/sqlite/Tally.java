package dev.refrain.sqlite;

import dev.refrain.Entry;
import dev.refrain.Slot;
import dev.refrain.Tier;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hits of late, here and in a nearer tier, until they are written down. Thread-safe. */
final class Tally {
  /*
   * The nearer tier, which has most of the hits, is looked through now and then: it counts anyway,
   * and so a hit there costs nothing more. What leaves it between two looks takes its last hits
   * with it.
   */

  /** So many slots are remembered; the hits of others are not worth more. */
  private static final int SLOTS_MAX = 50_000;

  private static final Logger log = LoggerFactory.getLogger(Tally.class);

  private final @Nullable Tier nearer;
  private Map<Slot, Long> seen = new HashMap<>(); // in the nearer tier, as of the last look
  private Map<Slot, Hits> hits = new HashMap<>();

  /** How often, and when for the last time. */
  record Hits(long count, long lastMillis) {}

  Tally(@Nullable Tier nearer) {
    this.nearer = nearer;
  }

  /** Notes hits. */
  synchronized void hit(Slot slot, long count, long nowMillis) {
    if (hits.size() < SLOTS_MAX || hits.containsKey(slot)) {
      hits.merge(
          slot,
          new Hits(count, nowMillis),
          (old, more) -> new Hits(old.count + more.count, nowMillis));
    }
  }

  /** Returns all hits since this was asked for the last time. */
  Map<Slot, Hits> take(long nowMillis) throws InterruptedException {
    look(nowMillis);
    synchronized (this) {
      var taken = hits;
      hits = new HashMap<>();
      return taken;
    }
  }

  private void look(long nowMillis) throws InterruptedException {
    if (nearer == null) {
      return;
    }
    var now = new HashMap<Slot, Long>();
    try {
      nearer.scan(entry -> {
        note(entry, now, nowMillis);
        return now.size() < SLOTS_MAX;
      });
    } catch (IOException e) {
      log.debug("The hits in tier {} cannot be told: {}", nearer.name(), e.getMessage());
    }
    seen = now;
  }

  private void note(Entry entry, Map<Slot, Long> now, long nowMillis) {
    if (entry.hits() > 0) {
      now.put(entry.slot(), entry.hits());
      long before = seen.getOrDefault(entry.slot(), 0L);
      long fresh = entry.hits() - ((before <= entry.hits()) ? before : 0); // it may be another
      if (fresh > 0) {
        hit(entry.slot(), fresh, nowMillis);
      }
    }
  }
}
