package dev.refrain.sqlite;

import dev.refrain.Epoch;
import dev.refrain.EpochStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Epochs of a store that is not there yet, and must not forget meanwhile what was retired. */
final class LateEpochs implements EpochStore {
  /*
   * What was to be written is owed, and paid when the store arrives, before anything of it is
   * served. If all epochs were to be written, those hold, and the store has to take them. Otherwise
   * the store's own ones hold, with what was retired since; then all that was kept in this process
   * meanwhile is fetched anew.
   *
   * Who invalidates says so to the cache first and then here. The store may arrive in between, and
   * with it other epochs; so each change is told to the cache once more when it is written. In a
   * fleet that may let an epoch win here that has lost elsewhere: it is a later one than that of
   * any retired entry all the same.
   */

  private static final int OWED_MAX = 10_000; // beyond, all is retired

  private final InstantSource clock;
  private final Map<String, String> owed = new HashMap<>(); // guarded by this, as all below is
  private @Nullable All owedAll;
  private @Nullable Ledger ledger;
  private @Nullable EpochStore inner;

  /** All epochs, and whether the cache goes by them already. */
  private record All(Snapshot snapshot, boolean isTold) {}

  LateEpochs(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes the epochs of the store, and pays what is owed to them. */
  void arrive(SqliteEpochs store) throws IOException, InterruptedException {
    while (true) {
      @Nullable All all;
      Map<String, String> tags;
      synchronized (this) {
        all = owedAll;
        tags = Map.copyOf(owed);
      }
      if (all != null) {
        store.replace(all.snapshot);
      }
      for (var change : tags.entrySet()) {
        store.write(change.getKey(), change.getValue());
      }
      synchronized (this) {
        if (tags.equals(owed) && Objects.equals(all, owedAll)) { // no more has come meanwhile
          inner = store;
          if (ledger != null) {
            store.open((all != null && all.isTold) ? new Silent() : ledger);
          }
          return;
        }
      }
    }
  }

  /** The cache has these epochs already, and perhaps later ones. */
  private static final class Silent implements Ledger {
    @Override
    public void replace(Snapshot snapshot) {}

    @Override
    public void change(String tag, String epoch) {}
  }

  @Override
  public synchronized void open(Ledger ledger) {
    this.ledger = ledger;
    if (inner != null) {
      inner.open(ledger);
    }
  }

  @Override
  public void write(String tag, String epoch) throws IOException, InterruptedException {
    var store = storeOrOwe(() -> owe(tag, epoch));
    store.write(tag, epoch);
    tell(told -> told.change(tag, epoch));
  }

  private void owe(String tag, String epoch) {
    owed.put(tag, epoch);
    if (owed.size() > OWED_MAX) {
      owed.clear();
      owedAll = new All(new Snapshot(Epoch.begun(clock.millis()), Map.of()), false);
    }
  }

  @Override
  public void replace(Snapshot snapshot) throws IOException, InterruptedException {
    var store =
        storeOrOwe(() -> {
          owedAll = new All(snapshot, true);
          owed.clear();
        });
    store.replace(snapshot);
    tell(told -> told.replace(snapshot));
  }

  private synchronized EpochStore storeOrOwe(Runnable owing) throws IOException {
    if (inner == null) {
      owing.run();
      throw new IOException("the store is not open yet");
    }
    return inner;
  }

  private interface Telling {
    void to(Ledger ledger);
  }

  private void tell(Telling telling) {
    Ledger told;
    synchronized (this) {
      told = ledger;
    }
    if (told != null) {
      telling.to(told);
    }
  }

  /** The store is closed by whoever opened it. */
  @Override
  public void close() {}
}
