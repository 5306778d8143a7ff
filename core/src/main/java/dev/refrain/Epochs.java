package dev.refrain;

import dev.refrain.Explanation.TagState;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epoch of each tag. An entry is valid only while the epochs in its {@link Stamp} are still
 * those of its tags, so invalidating is one write, whatever the number of entries.
 */
final class Epochs implements AutoCloseable {
  /*
   * A tag that was never invalidated has the epoch of the whole store, and needs no memory. The
   * tags that were are bounded: where there would be too many, the store itself begins a new epoch,
   * which invalidates more than was asked for, and never less.
   *
   * Readers take no lock: they see the state before an invalidation or after it, and invalidate()
   * returns only when all later readers see the state after.
   *
   * The stores lie from near to far, and the farthest has the last word. A change is applied here
   * first, and then written to all of them; the farthest tells it again, in its own order, so that
   * processes that change the same tag at the same time end with the same epoch. What the farthest
   * tells is written to the nearer ones, which then know it after a restart without it.
   *
   * The name of an epoch tells when it began, which is when what came before was retired. So it can
   * be told of an entry from elsewhere, whose epochs mean nothing here, whether it is of before.
   *
   * "writing" is held while invalidate() writes. "this" guards the state, and is never held during
   * a write: a store may tell its ledger while somebody waits for it.
   */

  static final int TAGS_MAX = 100_000;

  /** By so much the clocks may differ by which entries were born and epochs began. */
  private static final long CLOCKS_DIFFER_MILLIS_MAX = Duration.ofMinutes(5).toMillis();

  private static final Logger log = LoggerFactory.getLogger(Epochs.class);

  private record State(String store, ConcurrentHashMap<String, String> tags) {
    String of(String tag) {
      return tags.getOrDefault(tag, store);
    }
  }

  private final List<EpochStore> nearToFar;
  private final InstantSource clock;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile State state = new State(Epoch.first(), new ConcurrentHashMap<>());

  /** Takes on the epochs that the stores hold. */
  Epochs(List<EpochStore> nearToFar, InstantSource clock) {
    this.nearToFar = List.copyOf(nearToFar);
    this.clock = clock;
  }

  /** Takes on what the stores hold, and hears from now on of what changes there. */
  void open() {
    for (int i = 0; i < nearToFar.size(); i++) {
      nearToFar.get(i).open(new Mirror(nearToFar.subList(0, i)));
    }
  }

  /** Returns the stamp of an entry whose flight departs now. */
  Stamp stamp(List<String> tags) {
    var now = state;
    return new Stamp(tags, tags.stream().map(now::of).toList());
  }

  /**
   * Returns the stamp with which an entry that was made elsewhere may lie here; null if one of its
   * tags was retired here since it was born, or nobody knows whether it was.
   */
  @Nullable Stamp adopt(List<String> tags, long bornMillis) {
    var now = state;
    long goodUntil = bornMillis - CLOCKS_DIFFER_MILLIS_MAX;
    if (Epoch.begunMillis(now.store, Long.MIN_VALUE) >= goodUntil) {
      return null;
    }
    var epochs = new ArrayList<String>();
    for (var tag : tags) {
      var own = now.tags.get(tag);
      if (own != null && Epoch.begunMillis(own, Long.MAX_VALUE) >= goodUntil) {
        return null;
      }
      epochs.add((own == null) ? now.store : own);
    }
    return new Stamp(tags, epochs);
  }

  /** Returns of each tag of a stamp whether it was not invalidated since. */
  List<TagState> states(Stamp stamp) {
    var now = state;
    var states = new ArrayList<TagState>();
    for (int i = 0; i < stamp.tags().size(); i++) {
      var tag = stamp.tags().get(i);
      states.add(new TagState(tag, now.of(tag).equals(stamp.epochs().get(i))));
    }
    return states;
  }

  /** Returns whether nothing in the stamp was invalidated since. */
  boolean hold(Stamp stamp) {
    var now = state;
    var tags = stamp.tags();
    for (int i = 0; i < tags.size(); i++) {
      if (!now.of(tags.get(i)).equals(stamp.epochs().get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Begins a new epoch of a tag.
   *
   * @throws IOException if it holds here, but could not be written everywhere
   */
  void invalidate(String tag) throws IOException, InterruptedException {
    var epoch = newEpoch();
    writing.lockInterruptibly();
    try {
      if (change(tag, epoch)) {
        writeToAll(store -> store.write(tag, epoch));
      } else {
        replaceAll();
      }
    } finally {
      writing.unlock();
    }
  }

  /**
   * Begins a new epoch of everything.
   *
   * @throws IOException if it holds here, but could not be written everywhere
   */
  void invalidateAll() throws IOException, InterruptedException {
    writing.lockInterruptibly();
    try {
      replaceAll();
    } finally {
      writing.unlock();
    }
  }

  private void replaceAll() throws IOException, InterruptedException {
    var empty = new EpochStore.Snapshot(newEpoch(), Map.of());
    replace(empty);
    writeToAll(store -> store.replace(empty));
  }

  /** Returns false, having done nothing, if there is no room for another tag. */
  private synchronized boolean change(String tag, String epoch) {
    if (state.tags.size() >= TAGS_MAX && !state.tags.containsKey(tag)) {
      return false;
    }
    state.tags.put(tag, epoch);
    return true;
  }

  private synchronized void replace(EpochStore.Snapshot snapshot) {
    state = new State(snapshot.store(), new ConcurrentHashMap<>(snapshot.tags()));
  }

  private interface Write {
    void to(EpochStore store) throws IOException, InterruptedException;
  }

  private void writeToAll(Write write) throws IOException, InterruptedException {
    @Nullable IOException failure = null;
    for (var store : nearToFar) {
      try {
        write.to(store);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Takes what a store tells, and passes it on to those nearer than it. */
  private final class Mirror implements EpochStore.Ledger {
    private final List<EpochStore> nearer;

    Mirror(List<EpochStore> nearer) {
      this.nearer = List.copyOf(nearer);
    }

    @Override
    public void replace(EpochStore.Snapshot snapshot) {
      Epochs.this.replace(snapshot);
      copy(store -> store.replace(snapshot));
    }

    @Override
    public void change(String tag, String epoch) {
      if (Epochs.this.change(tag, epoch)) {
        copy(store -> store.write(tag, epoch));
      } else {
        // What this process cannot remember must not hold by being forgotten.
        replace(new EpochStore.Snapshot(newEpoch(), Map.of(tag, epoch)));
      }
    }

    @Override
    public boolean knowsOfRetirement() {
      var now = state;
      return !now.tags.isEmpty() || Epoch.begunMillis(now.store, Long.MIN_VALUE) >= 0;
    }

    /** A copy that fails is made good when the farther store is heard of after a restart. */
    private void copy(Write write) {
      for (var store : nearer) {
        try {
          write.to(store);
        } catch (IOException e) {
          log.warn("Epochs were not copied: {}", e.getMessage());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt(); // the process is about to stop
        }
      }
    }
  }

  @Override
  public void close() {
    nearToFar.forEach(EpochStore::close);
  }

  private String newEpoch() {
    return Epoch.begun(clock.millis());
  }
}
