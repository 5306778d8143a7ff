package dev.refrain.sqlite;

import dev.refrain.Recording;
import dev.refrain.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What is to be known of slots whose place on disk is not, or not yet, right. Thread-safe. */
final class Pending {
  /*
   * A change is seen here from the moment it is made until it is on disk. One that got lost leaves
   * a doubt: what lies on disk is older than what should be there, and is not shown until it has
   * been deleted. Both are compared by identity, so that who settles the one does not settle its
   * successor. The map's own locks guard each slot.
   *
   * Doubts are bounded. Where there would be too many, nothing on disk is trusted any longer.
   */

  static final int DOUBTS_MAX = 100_000;

  /** Why a slot on disk is not to be read. */
  sealed interface State {}

  /** It will be written; null empties it. */
  static final class Change implements State {
    private final Slot slot;
    private final @Nullable Recording recording;

    private Change(Slot slot, @Nullable Recording recording) {
      this.slot = slot;
      this.recording = recording;
    }

    Slot slot() {
      return slot;
    }

    @Nullable Recording recording() {
      return recording;
    }
  }

  /** It should have been written. */
  static final class Doubt implements State {
    private final Slot slot;

    private Doubt(Slot slot) {
      this.slot = slot;
    }

    Slot slot() {
      return slot;
    }
  }

  private final ConcurrentHashMap<Slot, State> states = new ConcurrentHashMap<>();
  private final AtomicInteger doubts = new AtomicInteger();
  private volatile boolean distrusted;

  @Nullable State get(Slot slot) {
    return states.get(slot);
  }

  /** Notes a change, which replaces what was noted before. */
  Change change(Slot slot, @Nullable Recording recording) {
    var change = new Change(slot, recording);
    swap(slot, change);
    return change;
  }

  /** Notes that a change was lost; returns null if one that it should have replaced is known. */
  @Nullable Doubt doubt(Slot slot) {
    if (doubts.get() >= DOUBTS_MAX) {
      distrusted = true;
    }
    var doubt = new Doubt(slot);
    return (swap(slot, doubt) instanceof Change) ? null : doubt;
  }

  private @Nullable State swap(Slot slot, @Nullable State next) {
    var previous = (next == null) ? states.remove(slot) : states.put(slot, next);
    doubts.addAndGet(((next instanceof Doubt) ? 1 : 0) - ((previous instanceof Doubt) ? 1 : 0));
    return previous;
  }

  boolean isLatest(Change change) {
    return states.get(change.slot) == change;
  }

  /** Notes that a change was lost, unless another has replaced it. */
  @Nullable Doubt lose(Change change) {
    var doubt = new Doubt(change.slot);
    if (!states.replace(change.slot, change, doubt)) {
      return null;
    }
    if (doubts.incrementAndGet() > DOUBTS_MAX) {
      distrusted = true;
    }
    return doubt;
  }

  /** Notes that the disk is right, unless there is something newer. */
  void settle(Change change) {
    states.remove(change.slot, change);
  }

  /** See {@link #settle(Change)}. */
  void settle(Doubt doubt) {
    if (states.remove(doubt.slot, doubt)) {
      doubts.decrementAndGet();
    }
  }

  /** Returns some doubts. */
  List<Doubt> doubts(int max) {
    var some = new ArrayList<Doubt>();
    if (doubts.get() == 0) {
      return some;
    }
    for (var state : states.values()) {
      if (state instanceof Doubt doubt && some.size() < max) {
        some.add(doubt);
      }
    }
    return some;
  }

  /** Shows the recordings that will be written. */
  List<Recording> recordings() {
    var recordings = new ArrayList<Recording>();
    for (var state : states.values()) {
      if (state instanceof Change change && change.recording != null) {
        recordings.add(change.recording);
      }
    }
    return recordings;
  }

  /** Forgets all changes, and trusts nothing on disk from now on. */
  void forgetAll() {
    distrusted = true;
    states.keySet().forEach(slot -> swap(slot, null));
  }

  /** Returns whether nothing on disk is to be trusted. */
  boolean isDistrusted() {
    return distrusted;
  }

  /** Notes that nothing is left on disk of what was there before. */
  void forgetDoubts() {
    doubts(Integer.MAX_VALUE).forEach(this::settle);
    distrusted = false;
  }
}
