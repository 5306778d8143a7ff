package dev.refrain;

import dev.refrain.CacheFigures.TierFigures;
import dev.refrain.Fleet.Publisher;
import dev.refrain.Tier.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All tiers, near to far. Their trouble is a miss here, and an event. */
final class Tiers implements AutoCloseable {
  /*
   * What is taken in from elsewhere must not replace what is newer. So between looking and
   * storing nothing else is stored for that key in this process: "storing" is held meanwhile, and
   * by all who store. Of other processes the publisher knows.
   */

  private static final int STRIPES = 1024;

  private final List<Counted> nearToFar;
  private final List<Counted> shared; // of these, and all others:
  private final List<Counted> own;
  private final Conversions conversions;
  private final Events events;
  private final AtomicLongArray changes = new AtomicLongArray(STRIPES); // by hash of the slot
  private final ReentrantLock[] storing = new ReentrantLock[STRIPES]; // by hash of the key

  Tiers(List<Tier> nearToFar, Conversions conversions, Events events) {
    this.nearToFar = nearToFar.stream().map(Counted::new).toList();
    this.shared = this.nearToFar.stream().filter(counted -> counted.tier.isShared()).toList();
    this.own = this.nearToFar.stream().filter(counted -> !counted.tier.isShared()).toList();
    this.conversions = conversions;
    this.events = events;
    Arrays.setAll(storing, i -> new ReentrantLock());
    for (int i = 0; i < nearToFar.size(); i++) {
      nearToFar.get(i).attach(new Copies(this.nearToFar.subList(0, i)));
    }
  }

  /** A tier, and how it has done. */
  private record Counted(Tier tier, LongAdder hits, LongAdder misses, LongAdder errors) {
    Counted(Tier tier) {
      this(tier, new LongAdder(), new LongAdder(), new LongAdder());
    }

    /** Tells of what was found, or that nothing was. */
    @Nullable Found noting(@Nullable Found found) {
      (found == null ? misses : hits).increment();
      return found;
    }

    TierFigures figures() {
      return new TierFigures(tier.name(), hits.sum(), misses.sum(), errors.sum(), tier.holdings());
    }
  }

  /**
   * What was seen without waiting: no hit before it is served, as it may be too old, and is then
   * looked for again.
   *
   * @param hits of its tier
   */
  record Glimpse(Found found, LongAdder hits) {}

  /** Returns how each has done, and what it holds. */
  List<TierFigures> figures() {
    return nearToFar.stream().map(Counted::figures).toList();
  }

  /** Returns an answer in the wanted form if that can be told at once. */
  @Nullable Glimpse peek(Meaning.Keyed keyed) {
    var exact = peek(keyed.slot());
    if (exact != null) {
      return exact;
    }
    var form = keyed.facts().form();
    for (var source : keyed.facts().sources()) {
      var seen = peek(new Slot(keyed.key(), source));
      var converted = (seen == null) ? null : conversions.peek(seen.found.recording(), form);
      if (seen != null && converted != null) {
        return new Glimpse(new Found(converted, seen.found.heat()), seen.hits);
      }
    }
    return null;
  }

  /** Returns an answer in the wanted form, be it made from another. */
  @Nullable Found find(Meaning.Keyed keyed) throws InterruptedException {
    return find(keyed, nearToFar);
  }

  /** Returns an answer that lies where other processes keep theirs, too. */
  @Nullable Found findShared(Meaning.Keyed keyed) throws InterruptedException {
    return find(keyed, shared);
  }

  /** Returns an answer that lies in this process alone. */
  @Nullable Found findOwn(Meaning.Keyed keyed) throws InterruptedException {
    return find(keyed, own);
  }

  private @Nullable Found find(Meaning.Keyed keyed, List<Counted> among)
      throws InterruptedException {
    var exact = find(keyed.slot(), among);
    if (exact != null) {
      return exact;
    }
    var form = keyed.facts().form();
    for (var source : keyed.facts().sources()) {
      var found = find(new Slot(keyed.key(), source), among);
      var converted =
          (found == null) ? null : conversions.convert(keyed.dialect(), found.recording(), form);
      if (found != null && converted != null) {
        return new Found(converted, found.heat());
      }
    }
    return null;
  }

  /** Says what each tier has in a slot, and brings nothing nearer by that. */
  List<Holder> holders(Slot slot) throws InterruptedException {
    var holders = new ArrayList<Holder>();
    for (var counted : nearToFar) {
      var name = counted.tier.name();
      try {
        holders.add(new Holder(name, slot.form(), checked(counted.tier.find(slot), slot), null));
      } catch (IOException | RuntimeException e) {
        tell(counted, e);
        holders.add(new Holder(name, slot.form(), null, String.valueOf(e.getMessage())));
      }
    }
    return holders;
  }

  /** What one tier has in a slot, or why it cannot say. */
  record Holder(String tier, Form form, @Nullable Found found, @Nullable String trouble) {

    Explanation.Lying lying() {
      var entry = (found == null) ? null : found.recording().entry(found.heat().hits());
      return new Explanation.Lying(tier, form, entry, trouble);
    }

    /** Returns what is found here in another form; null if nothing is, or it cannot be made. */
    @Nullable Found as(Form wanted, Dialect dialect) {
      if (found == null || form.equals(wanted)) {
        return found;
      }
      var converted = dialect.convert(found.recording(), wanted);
      return (converted == null) ? null : new Found(converted, found.heat());
    }
  }

  /**
   * Stores a recording, first where others find it.
   *
   * @return false if it is not to be kept, since another process has the lead by now
   */
  boolean store(Recording recording, Publisher publisher) throws InterruptedException {
    var lock = storing(recording.slot());
    lock.lockInterruptibly();
    try {
      return storeNow(recording, publisher);
    } finally {
      lock.unlock();
    }
  }

  private ReentrantLock storing(Slot slot) {
    return storing[Math.floorMod(slot.key().hashCode(), STRIPES)];
  }

  /** Returns how many wait to store for a key; for tests. */
  int waitingToStore(Slot slot) {
    return storing(slot).getQueueLength();
  }

  private boolean storeNow(Recording recording, Publisher publisher) throws InterruptedException {
    for (var tier : shared) {
      try {
        if (!publisher.publish(tier.tier, recording)) {
          return false;
        }
      } catch (IOException | RuntimeException e) {
        tell(tier, e);
      }
    }
    changes.incrementAndGet(stripe(recording.slot()));
    for (var tier : own) {
      store(tier, recording);
    }
    return true;
  }

  /**
   * Stores a recording of earlier, unless something as new that may still be served lies in one of
   * the slots. It comes to lie where it outlasts the process: the nearest tier is for what is asked
   * for.
   *
   * @param slots its own, and those of its other forms
   * @return whether it was stored
   */
  boolean takeIn(Recording recording, List<Slot> slots, Terms terms)
      throws IOException, InterruptedException {
    var lock = storing(recording.slot());
    lock.lockInterruptibly();
    try {
      for (var counted : nearToFar) {
        for (var entry : counted.tier.look(slots)) {
          boolean better =
              entry.bornMillis() >= recording.bornMillis() || !isOfSameScope(entry, recording);
          if (better && terms.holds.test(entry.stamp())) {
            return false;
          }
        }
      }
      for (var counted : shared) {
        if (!terms.publisher.publish(counted.tier, recording)) {
          return false; // another process is about to store a newer one
        }
      }
      changes.incrementAndGet(stripe(recording.slot())); // first: see copy
      var nearest = nearToFar.getFirst();
      for (var counted : own) {
        if (!counted.equals(nearest) || nearToFar.size() == 1) {
          counted.tier.store(recording);
        }
      }
      if (nearToFar.size() > 1) {
        nearest.tier.drop(recording.slot());
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whoever can guess what is asked elsewhere can make its key. */
  private static boolean isOfSameScope(Entry entry, Recording recording) {
    return Tag.named("scope:", entry.stamp().tags())
        .equals(Tag.named("scope:", recording.stamp().tags()));
  }

  /** What is still valid, and how to store where other processes do, too. */
  record Terms(Predicate<Stamp> holds, Publisher publisher) {}

  /** Returns when all that was stored lies where it outlasts the process. */
  void flush() throws IOException, InterruptedException {
    for (var counted : nearToFar) {
      counted.tier.flush();
    }
  }

  /**
   * Shows all recordings, each once if nothing changes meanwhile, until one is not to be followed
   * by more. From far to near, so that what comes nearer meanwhile is not missed.
   */
  void browse(Predicate<Recording> more) throws IOException, InterruptedException {
    var going = new Going(more);
    for (int i = nearToFar.size() - 1; i >= 0 && going.on; i--) {
      var farther = nearToFar.subList(i + 1, nearToFar.size());
      nearToFar.get(i).tier.browse(recording -> going.on = going.shows(recording, farther));
      going.throwTrouble();
    }
  }

  /** Goes through all recordings. */
  private static final class Going {
    private final Predicate<Recording> more;
    private boolean on = true;
    private @Nullable IOException trouble;

    Going(Predicate<Recording> more) {
      this.more = more;
    }

    boolean shows(Recording recording, List<Counted> farther) {
      try {
        return wasShown(recording, farther) || more.test(recording);
      } catch (IOException e) {
        trouble = e;
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private static boolean wasShown(Recording recording, List<Counted> farther)
        throws IOException, InterruptedException {
      for (var counted : farther) {
        for (var entry : counted.tier.look(List.of(recording.slot()))) {
          if (entry.bornMillis() == recording.bornMillis()) {
            return true;
          }
        }
      }
      return false;
    }

    void throwTrouble() throws IOException, InterruptedException {
      if (trouble != null) {
        throw trouble;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("while browsing");
      }
    }
  }

  void drop(Slot slot) throws InterruptedException {
    changes.incrementAndGet(stripe(slot));
    for (var tier : nearToFar) {
      drop(tier, slot);
    }
  }

  /** Counts the entries that pass a test, as far as the tiers can be asked. */
  Census count(Predicate<Entry> test) throws InterruptedException {
    var distinct = new Census.Distinct();
    var holdings = new ArrayList<Census.Holding>();
    for (var tier : nearToFar) {
      holdings.add(count(tier, test, distinct));
    }
    return new Census(distinct.count(), holdings);
  }

  private Census.Holding count(Counted counted, Predicate<Entry> test, Census.Distinct distinct)
      throws InterruptedException {
    var entries = new AtomicLong();
    var bytes = new AtomicLong();
    String trouble = null;
    try {
      counted.tier.scan(entry -> {
        if (test.test(entry)) {
          distinct.add(entry.slot());
          entries.incrementAndGet();
          bytes.addAndGet(entry.bytes());
        }
        return !Thread.currentThread().isInterrupted();
      });
    } catch (IOException | RuntimeException e) {
      tell(counted, e);
      trouble = String.valueOf(e.getMessage());
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("while counting");
    }
    return new Census.Holding(counted.tier.name(), entries.get(), bytes.get(), trouble);
  }

  /** The far ones first: they may still look at what the nearer have. */
  @Override
  public void close() {
    for (var tier : nearToFar.reversed()) {
      try {
        tier.tier.close();
      } catch (RuntimeException e) {
        tell(tier, e);
      }
    }
  }

  /** Returns what lies in a slot if that can be told at once. */
  @Nullable Glimpse peek(Slot slot) {
    for (var tier : nearToFar) {
      try {
        var found = checked(tier.tier.peek(slot), slot);
        if (found != null) {
          return new Glimpse(found, tier.hits);
        }
      } catch (IOException | RuntimeException e) {
        tell(tier, e);
      }
    }
    return null;
  }

  private @Nullable Found find(Slot slot, List<Counted> among) throws InterruptedException {
    for (var tier : among) {
      long changesBefore = changes.get(stripe(slot));
      var found = find(tier, slot);
      if (found != null) {
        copy(found, nearToFar.subList(0, nearToFar.indexOf(tier)), changesBefore);
        return found;
      }
    }
    return null;
  }

  /** What was replaced or dropped while it was on its way here must not come to lie here. */
  private void copy(Found found, List<Counted> nearer, long changesBefore)
      throws InterruptedException {
    var slot = found.recording().slot();
    for (var tier : nearer) {
      copy(tier, found);
    }
    if (changes.get(stripe(slot)) != changesBefore) {
      for (var tier : nearer) {
        drop(tier, slot);
      }
    }
  }

  private void copy(Counted tier, Found found) throws InterruptedException {
    try {
      tier.tier.copy(found);
    } catch (IOException | RuntimeException e) {
      tell(tier, e);
    }
  }

  private static int stripe(Slot slot) {
    return Math.floorMod(slot.hashCode(), STRIPES);
  }

  private @Nullable Found find(Counted tier, Slot slot) throws InterruptedException {
    try {
      return tier.noting(checked(tier.tier.find(slot), slot));
    } catch (IOException | RuntimeException e) {
      tell(tier, e);
      return null;
    }
  }

  private static @Nullable Found checked(@Nullable Found found, Slot slot) throws IOException {
    if (found != null && !found.recording().slot().equals(slot)) {
      throw new IOException("a recording of another slot lay in " + slot);
    }
    return found;
  }

  private void store(Counted tier, Recording recording) throws InterruptedException {
    try {
      tier.tier.store(recording);
    } catch (IOException | RuntimeException e) {
      tell(tier, e);
    }
  }

  private void drop(Counted tier, Slot slot) throws InterruptedException {
    try {
      tier.tier.drop(slot);
    } catch (IOException | RuntimeException e) {
      tell(tier, e);
    }
  }

  /** The copies in the tiers nearer than one that tells of the writes of others. */
  private final class Copies implements Tier.Near {
    private final List<Counted> nearer;

    Copies(List<Counted> nearer) {
      this.nearer = nearer;
    }

    @Override
    public void drop(Slot slot) {
      changes.incrementAndGet(stripe(slot)); // first: see copy
      try {
        for (var tier : nearer) {
          Tiers.this.drop(tier, slot);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void dropAll() {
      for (int stripe = 0; stripe < STRIPES; stripe++) {
        changes.incrementAndGet(stripe);
      }
      for (var tier : nearer) {
        try {
          tier.tier.clear();
        } catch (IOException | RuntimeException e) {
          tell(tier, e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void tell(Counted tier, Exception cause) {
    tier.errors.increment();
    events.tell(() -> new Event.TierFailed(tier.tier.name(), cause));
  }
}
