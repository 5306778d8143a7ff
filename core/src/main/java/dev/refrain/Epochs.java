package dev.refrain;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The epoch of each tag. An entry is valid only while the epochs in its {@link Stamp} are still
 * those of its tags, so invalidating is one write, whatever the number of entries.
 */
final class Epochs {
  /*
   * A tag that was never invalidated has the epoch of the whole store, and needs no memory. The
   * tags that were are bounded: where there would be too many, the store itself begins a new epoch,
   * which invalidates more than was asked for, and never less.
   *
   * "this" guards writes. Readers take no lock: they see the state before an invalidation or after
   * it, and invalidate() returns only when all later readers see the state after.
   */

  static final int TAGS_MAX = 100_000;

  private record State(String store, ConcurrentHashMap<String, String> tags) {
    String of(String tag) {
      return tags.getOrDefault(tag, store);
    }
  }

  private volatile State state = newState();

  /** Returns the stamp of an entry whose flight departs now. */
  Stamp stamp(List<String> tags) {
    var now = state;
    return new Stamp(tags, tags.stream().map(now::of).toList());
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

  synchronized void invalidate(String tag) {
    if (state.tags.size() >= TAGS_MAX && !state.tags.containsKey(tag)) {
      invalidateAll();
    } else {
      state.tags.put(tag, newEpoch());
    }
  }

  synchronized void invalidateAll() {
    state = newState();
  }

  private static State newState() {
    return new State(newEpoch(), new ConcurrentHashMap<>());
  }

  private static String newEpoch() {
    return UUID.randomUUID().toString();
  }
}
