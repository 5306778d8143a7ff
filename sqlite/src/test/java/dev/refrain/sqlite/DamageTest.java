package dev.refrain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Recording;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Chance;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is damaged, or not ours, is never misread: it is a miss, or put aside as a whole. */
@Timeout(900)
final class DamageTest {
  private static final String ANSWERS = "answers.db";
  private static final String STATE = "state.db";

  @RegisterExtension final Chance chance = new Chance();
  @TempDir private Path directory;

  private SqliteStore open() throws IOException, InterruptedException {
    return SqliteStore.open(SqliteStore.at(directory));
  }

  @ParameterizedTest
  @ValueSource(strings = {ANSWERS, STATE})
  void aFileThatIsNoneIsPutAside(String name) throws Exception {
    Files.writeString(directory.resolve(name), "no database at all ".repeat(1_000));
    worksAnew(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {ANSWERS, STATE})
  void aDatabaseOfSomebodyElseIsPutAside(String name) throws Exception {
    alter(directory.resolve(name), "CREATE TABLE theirs(a)", "INSERT INTO theirs VALUES(1)");
    worksAnew(name);
  }

  /** What makes a file of ours one of the next version must not be done to theirs. */
  @Test
  void aDatabaseOfSomebodyElseIsNotMadeOneOfTheNextVersion() throws Exception {
    alter(directory.resolve(ANSWERS), "CREATE TABLE entry(a)", "PRAGMA user_version=1");
    worksAnew(ANSWERS);
  }

  @ParameterizedTest
  @ValueSource(strings = {ANSWERS, STATE})
  void aFileOfAnotherVersionIsPutAside(String name) throws Exception {
    for (int version : new int[] {0, 99}) {
      open().close();
      alter(directory.resolve(name), "PRAGMA user_version=" + version);
      worksAnew(name);
      for (var aside : Aside.left(directory.resolve(name))) {
        Files.delete(aside);
      }
    }
  }

  @Test
  void aFileOfTheVersionBeforeIsTakenOver() throws Exception {
    try (var store = open()) {
      store.tier().store(Samples.text(1, "old"));
    }
    var file = directory.resolve(ANSWERS);
    alter(file, "ALTER TABLE entry DROP COLUMN hot", "PRAGMA user_version=1");
    try (var store = open()) {
      assertThat(store.tier().find(Samples.slot(1)).recording()).isEqualTo(Samples.text(1, "old"));
      store.tier().store(Samples.text(2, "new"));
    }
    try (var store = open()) {
      assertThat(store.tier().find(Samples.slot(2)).recording()).isEqualTo(Samples.text(2, "new"));
    }
    assertThat(Aside.left(file)).isEmpty();
  }

  private void worksAnew(String name) throws Exception {
    var before = Files.readAllBytes(directory.resolve(name));
    try (var store = open()) {
      store.tier().store(Samples.text(1, "new"));
      store.tier().flush();
      store.epochs().write("doc:42", "new");
      assertThat(store.tier().find(Samples.slot(1)).recording()).isEqualTo(Samples.text(1, "new"));
    }
    var aside = Aside.left(directory.resolve(name));
    assertThat(aside).hasSize(1);
    assertThat(Files.readAllBytes(aside.getFirst())).isEqualTo(before);
    try (var store = open()) {
      assertThat(store.tier().find(Samples.slot(1)).recording()).isEqualTo(Samples.text(1, "new"));
    }
  }

  private static boolean stores(SqliteStore store, Recording recording) {
    try {
      store.tier().store(recording);
      store.tier().flush();
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void alter(Path file, String... statements) throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      Pragmas.execute(connection, List.of(statements));
    }
  }

  @Test
  void noMoreThanTwoFilesAreLeftLying() throws Exception {
    for (int i = 0; i < 5; i++) {
      Files.writeString(directory.resolve(ANSWERS), "no database at all ".repeat(1_000));
      open().close();
    }
    assertThat(Aside.left(directory.resolve(ANSWERS))).hasSize(2);
  }

  @Test
  void aFlippedBitAnywhereIsAMiss() throws Exception {
    var kept = fill();
    var answers = Files.readAllBytes(directory.resolve(ANSWERS));
    int misses = 0;
    for (int i = 0; i < Campaign.rounds(150, 20_000); i++) {
      flip(answers, ANSWERS);
      try (var store = open()) {
        for (var recording : kept) {
          misses += isFoundWhole(store, recording) ? 0 : 1;
        }
        store.tier().scan(entry -> true);
      } catch (IOException e) {
        misses++; // met while scanning
      }
    }
    assertThat(misses).isPositive();
  }

  private List<Recording> fill() throws Exception {
    var kept = new ArrayList<Recording>();
    try (var store = open()) {
      for (int i = 0; i < 40; i++) {
        kept.add(Samples.sized(i, 10 + 500 * i));
        store.tier().store(kept.getLast());
      }
      for (int i = 0; i < 40; i++) {
        store.epochs().write("doc:" + i, "epoch " + i);
      }
    }
    return kept;
  }

  private void flip(byte[] good, String name) throws IOException {
    var bad = good.clone();
    int bit = chance.nextInt(8 * bad.length);
    bad[bit / 8] ^= (byte) (1 << (bit % 8));
    try (var files = Files.newDirectoryStream(directory, name + "*")) {
      for (var file : files) {
        Files.delete(file);
      }
    }
    Files.write(directory.resolve(name), bad);
  }

  private static boolean isFoundWhole(SqliteStore store, Recording recording) throws Exception {
    try {
      var found = store.tier().find(recording.slot());
      assertThat(found == null || found.recording().equals(recording)).isTrue();
      return found != null;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aFlippedBitBringsBackNothingThatWasInvalidated() throws Exception {
    fill();
    var state = Files.readAllBytes(directory.resolve(STATE));
    Snapshot good;
    try (var store = open()) {
      good = FaultsTest.snapshot(store);
    }
    assertThat(good.tags()).hasSize(40);
    int lost = 0;
    for (int i = 0; i < Campaign.rounds(150, 20_000); i++) {
      flip(state, STATE);
      try (var damaged = open()) {
        var now = FaultsTest.snapshot(damaged);
        assertThat(now.equals(good) || !now.store().equals(good.store())).isTrue();
        lost += now.equals(good) ? 0 : 1;
      }
    }
    assertThat(lost).isPositive();
  }

  @Test
  void damageThatIsMetLaterIsPutAsideToo() throws Exception {
    var kept = fill();
    var file = directory.resolve(ANSWERS);
    var bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, AnswerFile.PAGE_BYTES, bytes.length, (byte) 0x55);
    try (var store = open()) {
      Files.write(file, bytes);
      Poll.until("it is put aside", () -> isReplaced(store, kept, file));
      Poll.until("it is written", () -> stores(store, kept.getFirst()));
      assertThat(isFoundWhole(store, kept.getFirst())).isTrue();
    }
  }

  private static boolean isReplaced(SqliteStore store, List<Recording> kept, Path file) {
    try {
      for (var recording : kept) {
        isFoundWhole(store, recording);
      }
      return !Aside.left(file).isEmpty();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
