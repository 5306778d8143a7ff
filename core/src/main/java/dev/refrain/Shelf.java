package dev.refrain;

import dev.refrain.Decision.Lookup;
import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Sight;
import dev.refrain.Freshness.Stale;
import dev.refrain.Tier.Found;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All that was kept, and what of it may still be served. */
final class Shelf implements AutoCloseable {
  private static final int TAGS_MAX = 128;

  private final Tiers tiers;
  private final Events events;
  private final InstantSource clock;
  private final RandomGenerator chance;
  private final Epochs epochs = new Epochs();
  private final HitForMiss hitForMiss;

  /** What lies on the shelf for a call, and whether that may be served to it. */
  record Sighting(Found found, Freshness freshness, Lifetime lifetime, long nowMillis) {
    Recording recording() {
      return found.recording();
    }

    long ageMillis() {
      return Math.max(0, nowMillis - recording().bornMillis());
    }

    /** For how long it is still fresh; negative if it is stale. */
    long leftMillis() {
      return switch (freshness) {
        case Fresh fresh -> fresh.leftMillis();
        case Stale stale -> stale.leftMillis();
        case Expired expired -> 0;
      };
    }

    void countHit() {
      found.heat().hit(lifetime, nowMillis);
    }
  }

  Shelf(Tiers tiers, Events events, InstantSource clock, RandomGenerator chance) {
    this.tiers = tiers;
    this.events = events;
    this.clock = clock;
    this.chance = chance;
    this.hitForMiss = new HitForMiss(clock);
  }

  /** Looks without waiting for anything; null says no more than "use {@link #find}". */
  @Nullable Sighting peek(Lookup lookup) {
    var found = tiers.peek(lookup.keyed());
    return (found == null) ? null : look(lookup, found);
  }

  @Nullable Sighting find(Lookup lookup) throws InterruptedException {
    var found = tiers.find(lookup.keyed());
    return (found == null) ? null : look(lookup, found);
  }

  Sighting look(Lookup lookup, Found found) {
    var recording = found.recording();
    boolean tagged = hasTags(recording.stamp(), lookup.call());
    long now = clock.millis();
    var freshness =
        new Sight(
                recording,
                found.heat().lastHotHitMillis(),
                tagged && epochs.hold(recording.stamp()),
                lookup.call().directives(),
                lookup.rule().lifetime(),
                now,
                1 - chance.nextDouble())
            .freshness();
    return new Sighting(found, freshness, lookup.rule().lifetime(), now);
  }

  /** An answer without a tag of the call would outlive the invalidation of that tag. */
  static boolean hasTags(Stamp stamp, Call call) {
    return call.tags().isEmpty() || stamp.tags().containsAll(call.tags());
  }

  /**
   * Returns the stamp of a flight that departs now. It takes on the tags of what it will replace,
   * so that callers who tag the same call differently do not drive out each other's answers.
   */
  Stamp stamp(Lookup lookup, @Nullable Sighting replaced) {
    var tags = new ArrayList<String>();
    tags.add("namespace:" + lookup.call().namespace());
    tags.add("model:" + lookup.keyed().facts().model());
    tags.addAll(lookup.call().tags());
    var others = (replaced == null) ? List.<String>of() : replaced.recording().stamp().tags();
    for (var tag : others) {
      if (tags.size() < TAGS_MAX && !tags.contains(tag)) {
        tags.add(tag);
      }
    }
    return epochs.stamp(tags);
  }

  /** Keeps a reply that came to a clean end, if it is one to give again. */
  void keep(Lookup lookup, @Nullable Recording reply, boolean replacesOtherForms)
      throws InterruptedException {
    if (reply == null) {
      turnDown(lookup, Reason.TOO_LARGE);
      return;
    }
    var keyed = lookup.keyed();
    var verdict = keyed.dialect().judge(keyed.facts(), reply);
    var defect = Policy.firstUnforgiven(verdict.defects(), lookup.rule());
    if (defect != null) {
      turnDown(lookup, defect);
      return;
    }
    tiers.store(reply.costing(verdict.usage()));
    hitForMiss.forget(lookup.slot());
    if (replacesOtherForms) {
      for (var form : keyed.facts().siblings()) {
        tiers.drop(new Slot(keyed.key(), form));
      }
    }
    events.tell(() ->
        new Event.Kept(lookup.slot(), reply.chunks().size(), reply.tookMillis(), verdict.usage()));
  }

  /** Notes that a reply is not kept, and why. */
  void turnDown(Lookup lookup, Reason reason) {
    if (reason.kind() == Reason.Kind.REPLY) {
      hitForMiss.remember(lookup.slot());
    }
    events.tell(() -> new Event.NotKept(lookup.slot(), reason));
  }

  /** Returns whether the reply to this call is not to be waited for, as it will not be kept. */
  boolean expectsNothing(Lookup lookup) {
    return hitForMiss.remembers(lookup.slot());
  }

  void invalidate(String tag) {
    epochs.invalidate(tag);
  }

  void invalidateAll() {
    epochs.invalidateAll();
  }

  void drop(Slot slot) throws InterruptedException {
    tiers.drop(slot);
  }

  @Override
  public void close() {
    tiers.close();
  }
}
