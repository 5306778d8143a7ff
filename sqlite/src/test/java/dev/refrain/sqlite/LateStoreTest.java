package dev.refrain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.EpochStore.Ledger;
import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Holdings.Breaker;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that cannot be opened at first is used once it can be, and nothing retired returns. */
@Timeout(60)
final class LateStoreTest {
  private static final Duration PAUSE = Duration.ofMillis(5);

  @TempDir private Path directory;
  private Path home;
  private final Book book = new Book();

  /** What a cache knows of epochs. */
  private static final class Book implements Ledger {
    private @Nullable String store; // guarded by this
    private final Map<String, String> tags = new HashMap<>();

    @Override
    public synchronized void replace(Snapshot snapshot) {
      store = snapshot.store();
      tags.clear();
      tags.putAll(snapshot.tags());
    }

    @Override
    public synchronized void change(String tag, String epoch) {
      tags.put(tag, epoch);
    }

    synchronized @Nullable Snapshot snapshot() {
      return (store == null) ? null : new Snapshot(store, tags);
    }
  }

  @BeforeEach
  void putSomethingInTheWay() throws IOException {
    home = directory.resolve("below").resolve("store");
    Files.writeString(home.getParent(), "in the way");
  }

  private LateStore open() throws InterruptedException {
    return LateStore.open(SqliteStore.at(home), "scope", PAUSE);
  }

  private void clearTheWay() throws IOException {
    Files.delete(home.getParent());
  }

  private static void awaitOpen(LateStore store) {
    Poll.until("the store is open", store::isOpen);
  }

  private Snapshot onDisk() throws Exception {
    var book = new Book();
    try (var store = SqliteStore.open(SqliteStore.at(home))) {
      store.epochs().open(book);
    }
    return book.snapshot();
  }

  @Test
  void whereItCanItIsOpenAtOnce() throws Exception {
    clearTheWay();
    try (var late = open()) {
      assertThat(late.isOpen()).isTrue();
      assertThat(late.trouble()).isEmpty();
      assertThat(late.secret()).hasSize(32);
      late.tier().store(Samples.text(1, "one"));
      assertThat(late.tier().find(Samples.slot(1))).isNotNull();
    }
  }

  @Test
  void itIsUsedAsSoonAsItCanBe() throws Exception {
    try (var late = open()) {
      late.epochs().open(book);
      assertThat(late.trouble()).isNotEmpty();
      assertThat(late.secret()).isNull();
      assertThat(late.tier().holdings().breaker()).isEqualTo(Breaker.OPEN);
      late.tier().store(Samples.text(1, "lost"));
      assertThat(late.tier().find(Samples.slot(1))).isNull();
      assertThatThrownBy(() -> late.tier().flush()).isInstanceOf(IOException.class);
      clearTheWay();
      awaitOpen(late);
      Poll.until("its tier is there", () -> late.tier().holdings().breaker() == Breaker.CLOSED);
      late.tier().store(Samples.text(2, "kept"));
      late.tier().flush();
    }
    try (var store = SqliteStore.open(SqliteStore.at(home))) {
      assertThat(store.tier().find(Samples.slot(1))).isNull();
      assertThat(store.tier().find(Samples.slot(2))).isNotNull();
    }
    assertThat(onDisk()).isEqualTo(book.snapshot());
  }

  @Test
  void itTakesOverFromAProcessThatEnds() throws Exception {
    clearTheWay();
    var other = SqliteStore.open(SqliteStore.at(home));
    other.tier().store(Samples.text(1, "one"));
    try (var late = open()) {
      assertThat(late.trouble()).contains("is in use by process");
      other.close();
      awaitOpen(late);
      Poll.until("it is found", () -> isFound(late));
    }
  }

  private static boolean isFound(LateStore late) {
    try {
      return late.tier().find(Samples.slot(1)) != null;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasRetiredMeanwhileIsRetiredThereBeforeItIsServed() throws Exception {
    clearTheWay();
    var other = SqliteStore.open(SqliteStore.at(home));
    try (var late = open()) {
      other.epochs().open(new Book());
      other.epochs().write("doc:1", "an old epoch");
      late.epochs().open(book);
      assertThatThrownBy(() -> late.epochs().write("doc:1", "a new epoch"))
          .isInstanceOf(IOException.class);
      assertThat(book.snapshot()).isNull();
      other.close();
      awaitOpen(late);
      assertThat(book.snapshot().tags()).containsExactly(Map.entry("doc:1", "a new epoch"));
    }
    assertThat(onDisk()).isEqualTo(book.snapshot());
  }

  @Test
  void whereAllWasRetiredTheStoreTakesThatOver() throws Exception {
    var everything = new Snapshot("the epoch of the cache", Map.of());
    try (var late = open()) {
      late.epochs().open(book);
      assertThatThrownBy(() -> late.epochs().replace(everything)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> late.epochs().write("doc:1", "later"))
          .isInstanceOf(IOException.class);
      clearTheWay();
      awaitOpen(late);
      assertThat(book.snapshot()).as("the cache knows better").isNull();
    }
    assertThat(onDisk()).isEqualTo(new Snapshot(everything.store(), Map.of("doc:1", "later")));
  }

  @Test
  void whereTooMuchWasRetiredAllIs() throws Exception {
    clearTheWay();
    var before = onDisk();
    var other = SqliteStore.open(SqliteStore.at(home));
    try (var late = open()) {
      late.epochs().open(book);
      for (int i = 0; i <= 10_000; i++) {
        var tag = "doc:" + i;
        assertThatThrownBy(() -> late.epochs().write(tag, "e")).isInstanceOf(IOException.class);
      }
      other.close();
      awaitOpen(late);
      assertThat(book.snapshot().store()).isNotEqualTo(before.store());
    }
    assertThat(onDisk()).isEqualTo(book.snapshot());
  }

  @Test
  void whoRetiresWhileItArrivesIsToldOnceMore() throws Exception {
    try (var late = open()) {
      late.epochs().open(book);
      clearTheWay();
      awaitOpen(late);
      late.epochs().write("doc:1", "an epoch"); // which the cache had before the store came
      assertThat(book.snapshot().tags()).containsEntry("doc:1", "an epoch");
      var all = new Snapshot("all anew", Map.of());
      late.epochs().replace(all);
      assertThat(book.snapshot()).isEqualTo(all);
    }
    assertThat(onDisk()).isEqualTo(book.snapshot());
  }
}
