package dev.refrain;

import dev.refrain.CacheFigures.TierFigures;
import dev.refrain.Decision.Lookup;
import dev.refrain.Dialect.Verdict;
import dev.refrain.Fleet.Publisher;
import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Sight;
import dev.refrain.Freshness.Stale;
import dev.refrain.Landing.Live;
import dev.refrain.Tier.Found;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that was kept, and what of it may still be served. */
final class Shelf implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Shelf.class);
  private static final int TAGS_MAX = 128;
  private static final RandomGenerator AVERAGE_LUCK = () -> Long.MIN_VALUE; // which is 0.5
  private static final Duration HIT_FOR_MISS = Duration.ofSeconds(10);

  /**
   * What is larger is not peeked at: to put it together, or to send it in one, would hold up others
   * on an event loop, and be memory of which nobody knows a bound.
   */
  static final int PEEK_BYTES_MAX = 128 << 10;

  private final Tiers tiers;
  private final Events events;
  private final InstantSource clock;
  private final RandomGenerator chance;
  private final Epochs epochs;
  private final Lately hitForMiss; // a reply that could not be kept

  /**
   * What lies on the shelf for a call, and whether that may be served to it.
   *
   * @param glimpsed the hits of its tier, if that has not counted it yet
   */
  record Sighting(
      Found found,
      Freshness freshness,
      Lifetime lifetime,
      long nowMillis,
      @Nullable LongAdder glimpsed) {

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

    /** A stale answer, served for want of a better one, must not become fresh by that. */
    void countHit() {
      if (glimpsed != null) {
        glimpsed.increment();
      }
      if (freshness instanceof Fresh) {
        found.heat().hit(lifetime, nowMillis);
      }
    }
  }

  Shelf(Tiers tiers, Epochs epochs, Events events, InstantSource clock, RandomGenerator chance) {
    this.tiers = tiers;
    this.epochs = epochs;
    this.events = events;
    this.clock = clock;
    this.chance = chance;
    this.hitForMiss = new Lately(clock, HIT_FOR_MISS);
  }

  /** Looks without waiting for anything; null says no more than "use {@link #find}". */
  @Nullable Sighting peek(Lookup lookup) {
    var seen = tiers.peek(lookup.keyed());
    return (seen == null || seen.found().recording().chunks().size() > PEEK_BYTES_MAX)
        ? null
        : look(lookup, seen.found(), seen.hits());
  }

  @Nullable Sighting find(Lookup lookup) throws InterruptedException {
    var found = tiers.find(lookup.keyed());
    return (found == null) ? null : look(lookup, found);
  }

  /**
   * Looks as {@link #find} does, but first where another process may just have left something: what
   * lies nearer may be old.
   */
  @Nullable Sighting lookAgain(Lookup lookup) throws InterruptedException {
    var shared = tiers.findShared(lookup.keyed());
    var theirs = (shared == null) ? null : look(lookup, shared);
    if (theirs != null && theirs.freshness() instanceof Fresh) {
      return theirs;
    }
    var own = tiers.findOwn(lookup.keyed());
    return (own == null) ? theirs : look(lookup, own);
  }

  Sighting look(Lookup lookup, Found found) {
    return look(lookup, found, null);
  }

  private Sighting look(Lookup lookup, Found found, @Nullable LongAdder glimpsed) {
    long now = clock.millis();
    var freshness = sight(lookup, found, now, chance).freshness();
    return new Sighting(found, freshness, lookup.rule().lifetime(), now, glimpsed);
  }

  private Sight sight(Lookup lookup, Found found, long now, RandomGenerator luck) {
    var recording = found.recording();
    return new Sight(
        recording,
        found.heat().lastHotHitMillis(),
        isFor(lookup.call(), recording.stamp()),
        lookup.call().directives(),
        lookup.rule().lifetime(),
        now,
        1 - luck.nextDouble());
  }

  /** Says what lies here for a call, and whether it would be served. Changes nothing. */
  Explanation.Item explain(Lookup lookup, int aboard) throws InterruptedException {
    var facts = lookup.keyed().facts();
    var forms = new LinkedHashSet<Form>();
    forms.add(facts.form());
    forms.addAll(facts.sources());
    forms.addAll(facts.siblings());
    var lying = new ArrayList<Explanation.Lying>();
    Explanation.Served served = null;
    for (var form : forms) {
      boolean usable = form.equals(facts.form()) || facts.sources().contains(form);
      for (var holder : tiers.holders(new Slot(lookup.keyed().key(), form))) {
        lying.add(holder.lying());
        var found =
            (served == null && usable) ? holder.as(facts.form(), lookup.keyed().dialect()) : null;
        served = (found == null) ? served : served(lookup, holder, found);
      }
    }
    return new Explanation.Item(lookup.slot(), lying, served, aboard, expectsNothing(lookup));
  }

  private Explanation.Served served(Lookup lookup, Tiers.Holder holder, Found found) {
    var sight = sight(lookup, found, clock.millis(), AVERAGE_LUCK);
    var recording = found.recording();
    var missing = new ArrayList<>(lookup.call().tags());
    missing.removeAll(recording.stamp().tags());
    return new Explanation.Served(
        holder.tier(),
        recording.entry(found.heat().hits()),
        sight.freshness(),
        sight.timing(),
        epochs.states(recording.stamp()),
        missing);
  }

  /**
   * Returns whether an answer with this stamp was not invalidated, is for who asks (which its key
   * says, too), and has all tags of the call: without one it would outlive the invalidation of that
   * tag.
   */
  boolean isFor(Call call, Stamp stamp) {
    return stamp.tags().contains(call.scope().tag())
        && stamp.tags().containsAll(call.tags())
        && epochs.hold(stamp);
  }

  /** Returns whether a reply to others, which is still under way, may be given to this call. */
  boolean mayShare(Call call, Live live) {
    var ageMax = call.directives().ageMax();
    boolean young = ageMax == null || clock.millis() - live.departedMillis() <= ageMax.toMillis();
    return live.shared() && young && isFor(call, live.stamp());
  }

  /**
   * Returns the stamp of a flight that departs now. It takes on the tags of what it will replace,
   * so that callers who tag the same call differently do not drive out each other's answers.
   */
  Stamp stamp(Lookup lookup, @Nullable Sighting replaced) {
    var tags = new ArrayList<String>();
    var scope = lookup.call().scope().tag();
    tags.add(scope);
    tags.add(Tag.namespace(lookup.call().namespace()));
    tags.add(Tag.model(lookup.keyed().facts().model()));
    tags.add(Tag.dialect(lookup.keyed().dialect().name()));
    tags.add(Tag.key(lookup.keyed().key()));
    tags.addAll(lookup.call().tags());
    var others =
        (replaced == null) ? List.<String>of() : ofSame(scope, replaced.recording().stamp().tags());
    for (var tag : others) {
      if (tags.size() < TAGS_MAX && !tags.contains(tag)) {
        tags.add(tag);
      }
    }
    return epochs.stamp(tags);
  }

  /** What lies under this key but is of another scope was put there by somebody else. */
  private static List<String> ofSame(String scope, List<String> tags) {
    return tags.contains(scope) ? tags : List.of();
  }

  /**
   * Keeps a reply that came to a clean end, if it is one to give again; otherwise returns why not.
   */
  @Nullable Reason keep(
      Lookup lookup, Recording reply, boolean replacesOtherForms, Bill bill, Publisher publisher)
      throws InterruptedException {
    var keyed = lookup.keyed();
    var verdict = judge(keyed, reply);
    var usage = verdict.usage().equals(Usage.UNKNOWN) ? reply.usage() : verdict.usage();
    bill.settle(new Cost(usage, reply.tookMillis()));
    var defect = Policy.firstUnforgiven(verdict.defects(), lookup.rule());
    var objection = (defect == null) ? belated(reply) : defect;
    if (objection != null) {
      return turnDown(lookup, objection);
    }
    if (!tiers.store(reply.costing(usage), publisher)) {
      return turnDown(lookup, Reason.OVERTAKEN);
    }
    hitForMiss.forget(lookup.slot());
    if (replacesOtherForms) {
      for (var form : keyed.facts().siblings()) {
        tiers.drop(new Slot(keyed.key(), form));
      }
    }
    events.counts().kept.increment();
    events.tell(
        () -> new Event.Kept(lookup.slot(), reply.chunks().size(), reply.tookMillis(), usage));
    return null;
  }

  /** Returns what has come between since the flight of a reply departed. */
  private @Nullable Reason belated(Recording reply) {
    if (!epochs.hold(reply.stamp())) {
      return Reason.INVALIDATED;
    }
    return isOvertaken(reply) ? Reason.OVERTAKEN : null;
  }

  private boolean isOvertaken(Recording reply) {
    var seen = tiers.peek(reply.slot());
    if (seen == null) {
      return false;
    }
    var other = seen.found().recording();
    boolean isNewer = other.bornMillis() > reply.bornMillis();
    boolean isOfTheFuture = other.bornMillis() > clock.millis(); // the clock was set back
    return isNewer && !isOfTheFuture && epochs.hold(other.stamp());
  }

  /** All who read have the reply by now, so a dialect with a bug must not turn it into an error. */
  private static Verdict judge(Meaning.Keyed keyed, Recording reply) {
    try {
      return keyed.dialect().judge(keyed.facts(), reply);
    } catch (RuntimeException e) {
      log.warn("Dialect {} failed to judge a reply, which is not kept", keyed.dialect().name(), e);
      return new Verdict(Set.of(Reason.INVALID_JSON), Usage.UNKNOWN);
    }
  }

  /**
   * Notes that a reply is not kept, and why. If the next would not be either, those who ask for it
   * need not wait one for the other.
   */
  Reason turnDown(Lookup lookup, Reason reason) {
    if (reason.kind() == Reason.Kind.REPLY) {
      expectNothing(lookup);
    }
    events.counts().notKept(reason);
    events.tell(() -> new Event.NotKept(lookup.slot(), reason));
    return reason;
  }

  /** Notes that the reply to this call is not to be waited for. */
  void expectNothing(Lookup lookup) {
    hitForMiss.remember(lookup.slot());
  }

  /** Returns whether the reply to this call is not to be waited for, as it will not be kept. */
  boolean expectsNothing(Lookup lookup) {
    return hitForMiss.remembers(lookup.slot());
  }

  void invalidate(String tag) throws IOException, InterruptedException {
    events.counts().invalidations.increment();
    epochs.invalidate(tag);
  }

  void invalidateAll() throws IOException, InterruptedException {
    events.counts().invalidations.increment();
    epochs.invalidateAll();
  }

  /** Returns what its tiers hold, near to far. */
  List<TierFigures> figures() {
    return tiers.figures();
  }

  /** Counts what has such a stamp, and was not invalidated. */
  Census count(Predicate<Stamp> wanted) throws InterruptedException {
    return tiers.count(entry -> wanted.test(entry.stamp()) && epochs.hold(entry.stamp()));
  }

  void drop(Slot slot) throws InterruptedException {
    tiers.drop(slot);
  }

  @Override
  public void close() {
    tiers.close();
    epochs.close();
  }
}
