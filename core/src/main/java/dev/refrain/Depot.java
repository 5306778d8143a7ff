package dev.refrain;

import dev.refrain.Fleet.Publisher;
import dev.refrain.Freshness.Sight;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives out all that is kept, and takes in what was kept before, here or elsewhere: only what may
 * still be served, and nothing instead of what is newer. Thread-safe.
 */
public final class Depot {
  /*
   * An entry that is taken in keeps the epochs that it has. Those of this store still hold or were
   * ended by an invalidation since: so nothing that was retired comes back, be it retired while it
   * is being taken in. The epochs of another store say nothing here. Whoever vouches for such an
   * entry may have it adopted: then it gets the epochs of this store, as they are at that moment,
   * unless one of them began when the entry had been born, for then it was retired here.
   */

  /** A clock that is ahead by more than this makes nobody believe that it was right. */
  private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

  private static final double NO_LUCK = 1; // nothing is refreshed early by being looked at

  private final Tiers tiers;
  private final Epochs epochs;
  private final Rules rules;
  private final Publisher publisher;
  private final InstantSource clock;

  /** What became of an entry that was to be taken in. */
  public enum Fate {
    /** It lies here now. */
    KEPT,
    /** One that is as new lies here already, or is on its way. */
    THERE,
    /** It is so old that it would not be served. */
    EXPIRED,
    /** It was invalidated since, or its epochs are of another store. */
    RETIRED,
    /** It is said to have been born in the future. */
    UNBORN
  }

  Depot(Tiers tiers, Epochs epochs, Rules rules, Publisher publisher, InstantSource clock) {
    this.tiers = tiers;
    this.epochs = epochs;
    this.rules = rules;
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * Shows all that may still be served, until one is not to be followed by more. What comes or goes
   * meanwhile may be shown or not; what was replaced meanwhile may be shown twice.
   *
   * @throws IOException if not all could be shown
   */
  public void giveOut(Predicate<Recording> more) throws IOException, InterruptedException {
    tiers.browse(recording ->
        !epochs.hold(recording.stamp()) || hasExpired(recording) || more.test(recording));
  }

  /**
   * Takes in an entry.
   *
   * @param otherForms in which the same answer may lie here
   * @param adopt whether it is taken though its epochs are of another store
   * @throws IOException if it could not be stored
   */
  public Fate takeIn(Recording recording, List<Form> otherForms, boolean adopt)
      throws IOException, InterruptedException {
    if (recording.bornMillis() > clock.millis() + AHEAD_MAX.toMillis()) {
      return Fate.UNBORN;
    }
    if (hasExpired(recording)) {
      return Fate.EXPIRED;
    }
    var valid = valid(recording, adopt);
    if (valid == null) {
      return Fate.RETIRED;
    }
    var slots = new ArrayList<Slot>();
    slots.add(valid.slot());
    otherForms.forEach(form -> slots.add(new Slot(valid.slot().key(), form)));
    boolean stored = tiers.takeIn(valid, slots, new Tiers.Terms(epochs::hold, publisher));
    return stored ? Fate.KEPT : Fate.THERE;
  }

  /** Returns when all that was taken in lies where it outlasts the process, if it can. */
  public void flush() throws IOException, InterruptedException {
    tiers.flush();
  }

  /** Returns how many wait to store for a key; for tests. */
  int waitingToStore(Slot slot) {
    return tiers.waitingToStore(slot);
  }

  /**
   * Whatever is said of it, it has no other headers and no other entity tag than are given here.
   */
  private @Nullable Recording valid(Recording recording, boolean adopt) {
    var form = recording.slot().form();
    var replayed = recording.as(form, ReplayedHeaders.of(recording.headers()), recording.chunks());
    if (epochs.hold(recording.stamp())) {
      return replayed;
    }
    var stamp = adopt ? epochs.adopt(recording.stamp().tags(), recording.bornMillis()) : null;
    return (stamp == null) ? null : replayed.stamped(stamp);
  }

  private boolean hasExpired(Recording recording) {
    var tags = recording.stamp().tags();
    var rule = rules.ruleFor(Tag.named("namespace:", tags), Tag.named("model:", tags), "");
    long now = clock.millis();
    var sight =
        new Sight(recording, Heat.NEVER, true, Directives.NONE, rule.lifetime(), now, NO_LUCK);
    return sight.timing().endMillis() <= now;
  }
}
