package dev.refrain.sqlite;

import dev.refrain.Entry;
import dev.refrain.Heat;
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
  private Map<Slot, Counting> hits = new HashMap<>();

  /** How often, when for the last time, and when as a hot entry; see {@link Heat}. */
  record Hits(long count, long lastMillis, long hotMillis) {}

  /** The heat is read as late as possible: a hit is noted before it is counted there. */
  private record Counting(long count, long lastMillis, Heat heat) {
    Hits hits() {
      return new Hits(count, lastMillis, heat.lastHotHitMillis());
    }
  }

  Tally(@Nullable Tier nearer) {
    this.nearer = nearer;
  }

  /** Notes a hit here. */
  void hit(Slot slot, Heat heat, long nowMillis) {
    hit(slot, new Counting(1, nowMillis, heat));
  }

  private synchronized void hit(Slot slot, Counting some) {
    if (hits.size() < SLOTS_MAX || hits.containsKey(slot)) {
      hits.merge(
          slot,
          some,
          (old, more) -> new Counting(old.count + more.count, more.lastMillis, more.heat));
    }
  }

  /** Returns all hits since this was asked for the last time. */
  Map<Slot, Hits> take(long nowMillis) throws InterruptedException {
    look(nowMillis);
    synchronized (this) {
      var taken = new HashMap<Slot, Hits>();
      hits.forEach((slot, counting) -> taken.put(slot, counting.hits()));
      hits = new HashMap<>();
      return taken;
    }
  }

  private void look(long nowMillis) throws InterruptedException {
    var tier = nearer;
    if (tier == null) {
      return;
    }
    var now = new HashMap<Slot, Long>();
    try {
      tier.scan(entry -> {
        note(tier, entry, now, nowMillis);
        return now.size() < SLOTS_MAX;
      });
    } catch (IOException e) {
      log.debug("The hits in tier {} cannot be told: {}", tier.name(), e.getMessage());
    }
    seen = now;
  }

  private void note(Tier tier, Entry entry, Map<Slot, Long> now, long nowMillis) {
    if (entry.hits() > 0) {
      now.put(entry.slot(), entry.hits());
      long before = seen.getOrDefault(entry.slot(), 0L);
      long fresh = entry.hits() - ((before <= entry.hits()) ? before : 0); // it may be another
      var found = (fresh > 0) ? tier.peek(entry.slot()) : null;
      if (found != null) {
        hit(entry.slot(), new Counting(fresh, nowMillis, found.heat()));
      }
    }
  }
}
