package dev.refrain.sqlite;

import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Stamp;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The epochs that hold. One thread changes them. */
record Known(String store, ConcurrentHashMap<String, String> tags) {
  static Known of(Snapshot snapshot) {
    return new Known(snapshot.store(), new ConcurrentHashMap<>(snapshot.tags()));
  }

  /** One epoch of everything. */
  static Known of(String store) {
    return of(new Snapshot(store, Map.of()));
  }

  Snapshot snapshot() {
    return new Snapshot(store, tags);
  }

  /**
   * Returns whether nothing in the stamp was invalidated since. It lags behind the cache itself by
   * a write at most, so this is for tidying up.
   */
  boolean hold(Stamp stamp) {
    var names = stamp.tags();
    for (int i = 0; i < names.size(); i++) {
      if (!tags.getOrDefault(names.get(i), store).equals(stamp.epochs().get(i))) {
        return false;
      }
    }
    return true;
  }
}
