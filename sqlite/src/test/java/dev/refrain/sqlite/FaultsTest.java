package dev.refrain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.EpochStore.Ledger;
import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever fails, callers see misses at most, and nothing that was replaced comes back. */
@Timeout(600)
final class FaultsTest {
  private static final Recording OLD = Samples.text(1, "old");
  private static final Recording NEW = Samples.text(1, "new");
  private static final Recording DROPPED = Samples.text(2, "dropped");

  @TempDir private Path directory;

  @Test
  void anyOneOperationMayFail() throws Exception {
    var codes = new ArrayList<>(new TreeMap<>(FaultyConnector.CODES).keySet());
    for (int n = 1, run = 0; ; n += Campaign.rounds(7, 1)) {
      boolean failed = false;
      for (int i = 0; i < Campaign.rounds(1, codes.size()); i++) {
        var code = codes.get((n + i) % codes.size());
        var connector = new FaultyConnector().failing(n, 1, code);
        failed |= live(connector, directory.resolve("one-" + run++), code + " at " + n);
      }
      if (!failed) {
        assertThat(n).isGreaterThan(200);
        return;
      }
    }
  }

  @Test
  void everythingMayFailForAWhile() throws Exception {
    int step = Campaign.rounds(23, 1);
    for (int n = 1, run = 0; ; n += step) {
      var connector = new FaultyConnector().failing(n, 50, "FULL");
      if (!live(connector, directory.resolve("many-" + run++), "all from " + n)) {
        return;
      }
    }
  }

  /** Returns whether the fault came about. */
  private static boolean live(FaultyConnector connector, Path home, String what) throws Exception {
    var epoch = new AtomicReference<>("never");
    try (var store = SqliteStore.open(SqliteStore.at(home), connector)) {
      use(store, what, epoch);
      connector.heal();
      comesBack(store, what);
      assertThat(found(store.tier(), OLD.slot())).as(what).isIn(NEW, null);
      assertThat(found(store.tier(), DROPPED.slot())).as(what).isNull();
    } catch (IOException e) {
      connector.heal(); // it could not be opened at all, which the caller is told
    }
    try (var store = SqliteStore.open(SqliteStore.at(home))) {
      assertThat(store.tier().find(OLD.slot()))
          .as(what)
          .satisfiesAnyOf(
              found -> assertThat(found).isNull(),
              found -> assertThat(found.recording()).isEqualTo(NEW));
      assertThat(store.tier().find(DROPPED.slot())).as(what).isNull();
      var now = snapshot(store);
      if (!epoch.get().equals("never")) {
        assertThat(now.tags().getOrDefault("doc:42", now.store())).as(what).isNotEqualTo("first");
      }
      comesBack(store, what);
    }
    return connector.hasFailed();
  }

  private static void use(SqliteStore store, String what, AtomicReference<String> epoch)
      throws Exception {
    snapshot(store);
    var tier = store.tier();
    attempt(() -> tier.store(OLD));
    attempt(() -> tier.store(DROPPED));
    attempt(() -> store.epochs().write("doc:42", "first"));
    attempt(tier::flush);
    assertThat(found(tier, OLD.slot())).as(what).isIn(OLD, null);
    attempt(() -> tier.store(NEW));
    assertThat(found(tier, OLD.slot())).as(what).isIn(NEW, null);
    attempt(() -> tier.drop(DROPPED.slot()));
    assertThat(found(tier, DROPPED.slot())).as(what).isNull();
    attempt(tier::flush);
    assertThat(found(tier, OLD.slot())).as(what).isIn(NEW, null);
    assertThat(found(tier, DROPPED.slot())).as(what).isNull();
    attempt(() -> store.epochs().write("doc:42", "second"));
    epoch.set("second");
    attempt(() -> store.secret("scope"));
    attempt(() -> tier.scan(entry -> true));
  }

  private static void comesBack(SqliteStore store, String what) {
    var recording = Samples.text(3, what);
    Poll.until(
        "the tier is back: " + what,
        () -> {
          try {
            store.tier().store(recording);
            store.tier().flush();
            return recording.equals(found(store.tier(), recording.slot()));
          } catch (IOException e) {
            return false;
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private interface Attempt {
    void run() throws IOException, InterruptedException;
  }

  /** Trouble shows as an IOException, which the engine makes a miss of, and as nothing else. */
  private static void attempt(Attempt attempt) throws InterruptedException {
    try {
      attempt.run();
    } catch (IOException e) {
      assertThat(e).hasMessageNotContaining("NullPointer");
    }
  }

  private static @Nullable Recording found(SqliteTier tier, Slot slot) throws InterruptedException {
    try {
      var found = tier.find(slot);
      return (found == null) ? null : found.recording();
    } catch (IOException e) {
      return null;
    }
  }

  static Snapshot snapshot(SqliteStore store) {
    var told = new AtomicReference<Snapshot>();
    store
        .epochs()
        .open(
            new Ledger() {
              @Override
              public void replace(Snapshot snapshot) {
                told.set(snapshot);
              }

              @Override
              public void change(String tag, String epoch) {
                throw new AssertionError("nobody else changes anything");
              }
            });
    return told.get();
  }

  @Test
  void aFullDiskCostsNothingButWhatIsNew() throws Exception {
    var connector = new FaultyConnector();
    try (var store = SqliteStore.open(SqliteStore.at(directory), connector)) {
      var tier = store.tier();
      tier.store(Samples.sized(1, 10_000));
      tier.flush();
      connector.afterOpening("PRAGMA max_page_count=30"); // SQLite itself says FULL from there on
      connector.failing(0, 0, "FULL").fail("IOERR");
      attempt(() -> tier.store(Samples.sized(2, 10)));
      Poll.until("the tier is in trouble", () -> !attempted(tier::flush));
      connector.heal();
      fill(tier);

      assertThat(found(tier, Samples.slot(1))).isEqualTo(Samples.sized(1, 10_000));
      connector.afterOpening(null);
      comesBack(store, "there is room again");
      assertThat(found(tier, Samples.slot(1))).isEqualTo(Samples.sized(1, 10_000));
      assertThat(tier.dropped()).isPositive();
    }
  }

  private static void fill(SqliteTier tier) throws Exception {
    boolean full = false;
    for (int i = 0; i < 10_000 && !full; i++) {
      var recording = Samples.sized(100 + i % 50, 10_000);
      attempt(() -> tier.store(recording));
      full = !attempted(tier::flush) && i > 60;
    }
    assertThat(full).isTrue();
  }

  private static boolean attempted(Attempt attempt) {
    try {
      attempt.run();
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDiskThatHangsHoldsNobodyUpForLong() throws Exception {
    var connector = new FaultyConnector();
    try (var store = SqliteStore.open(SqliteStore.at(directory), connector)) {
      store.tier().store(OLD);
      store.tier().flush();
      connector.hangDuring(() -> looksForLittleTime(store.tier()));
      Poll.until("it is read again", () -> OLD.equals(quietly(store.tier(), OLD.slot())));
    }
  }

  private static void looksForLittleTime(SqliteTier tier) throws Exception {
    long began = System.nanoTime();
    assertThat(found(tier, OLD.slot())).isNull();
    for (int i = 0; i < 1_000; i++) {
      assertThat(found(tier, Samples.slot(10 + i))).isNull();
    }
    assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
  }

  private static @Nullable Recording quietly(SqliteTier tier, Slot slot) {
    try {
      return found(tier, slot);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFullQueueDropsWritesAndBringsBackNothingOld() throws Exception {
    var connector = new FaultyConnector();
    try (var store = SqliteStore.open(SqliteStore.at(directory), connector)) {
      var tier = store.tier();
      tier.store(OLD);
      tier.flush();
      connector.hangDuring(() -> storesTooMuch(tier));
      comesBack(store, "the queue is empty");
      assertThat(found(tier, OLD.slot())).isNull();
      assertThat(found(tier, Samples.slot(100))).isEqualTo(Samples.sized(100, 1 << 20));
    }
    assertThat(Files.exists(directory.resolve("answers.db"))).isTrue();
  }

  private static void storesTooMuch(SqliteTier tier) throws Exception {
    for (int i = 0; i < 100; i++) {
      tier.store(Samples.sized(100 + i, 1 << 20)); // three times what finds room
    }
    tier.store(Samples.sized(1, 1 << 20));
    assertThat(tier.dropped()).isBetween(60L, 90L);
    assertThat(found(tier, OLD.slot())).isNull();
  }
}
