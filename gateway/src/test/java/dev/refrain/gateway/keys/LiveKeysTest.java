package dev.refrain.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys under the eyes of a running gateway. */
@Timeout(60)
final class LiveKeysTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("keys.json");
  }

  private LiveKeys open() throws IOException {
    return LiveKeys.open(new KeysFile(path), CLOCK);
  }

  @Test
  void keysComeAndGo() throws Exception {
    try (var keys = open()) {
      var text = Keys.of("acme").addTo(path);
      Poll.until("a new key", () -> keys.find(text) != null);
      Keys.revoke(text, path);
      Poll.until("no key", () -> keys.find(text) == null);
    }
  }

  /** As an editor could write it: in place, as long as before, and at the same time. */
  @Test
  void aChangeThatLeavesNoTraceIsSeen() throws Exception {
    var text = Keys.of("acme").addTo(path);
    try (var keys = open()) {
      var time = FileTime.fromMillis(1_700_000_000_000L);
      Files.setLastModifiedTime(path, time);
      Files.writeString(path, Files.readString(path).replace("acme", "bolt"));
      Files.setLastModifiedTime(path, time);
      Poll.until("another tenant", () -> keys.find(text).tenant().equals("bolt"));
    }
  }

  @Test
  void aBrokenFileOpensNoDoorAndShutsNone() throws Exception {
    var text = Keys.of("acme").addTo(path);
    var good = Files.readString(path);
    try (var keys = open()) {
      Files.writeString(path, "{\"version\":1,\"keys\":[{\"hash\":");
      keys.look();
      assertThat(keys.find(KeyText.random())).isNull();
      assertThat(keys.find(text)).isNotNull();
      Files.writeString(path, good.replace("acme", "bolt"));
      Poll.until("the mended file", () -> keys.find(text).tenant().equals("bolt"));
    }
  }

  @Test
  void withoutTheFileThereAreNoKeys() throws Exception {
    var text = Keys.of("acme").addTo(path);
    try (var keys = open()) {
      assertThat(keys.find(text)).isNotNull();
      Files.delete(path);
      Poll.until("no key", () -> keys.find(text) == null);
    }
  }

  @Test
  void aBrokenFileIsNoneToBeginWith() throws Exception {
    Files.writeString(path, "{}");
    assertThatThrownBy(this::open).hasMessageContaining("is no file of keys");
  }

  @Test
  void whatWasUsedOutlivesARestart() throws Exception {
    var quota = Keys.of("acme").quota(0, 2, 0);
    var text = quota.addTo(path);
    for (int i = 0; i < 2; i++) {
      try (var keys = open()) {
        var admitted = (Verdict.Admitted) keys.admit(keys.find(text));
        var departed = (Departure.Departed) admitted.ticket().depart(Spending.NOTHING);
        departed.fare().settle(new Spending(5, 1_500_000_001));
        admitted.ticket().end(true);
      }
    }
    try (var keys = open()) {
      assertThat(keys.admit(keys.find(text))).isInstanceOf(Verdict.OverBudget.class);
    }
    var month = YearMonth.from(CLOCK.instant().atZone(ZoneOffset.UTC));
    var used = new KeysFile(path).usage().read().of(quota.key(text).id(), month);
    assertThat(used).isEqualTo(new Usage(2, 0, 2, new Spending(10, 3_000_000_002L)));
  }

  /** Written by a version that did not know of money. */
  @Test
  void aNoteWithoutMoneyIsUnderstood() throws Exception {
    var month = YearMonth.from(CLOCK.instant().atZone(ZoneOffset.UTC));
    Files.writeString(
        directory.resolve("keys.json.usage"),
        "{\"version\":1,\"month\":\"%s\",\"keys\":{\"a\":%s}}"
            .formatted(month, "{\"calls\":3,\"hits\":1,\"sent\":2,\"tokens\":7}"));
    assertThat(new KeysFile(path).usage().read().of("a", month))
        .isEqualTo(new Usage(3, 1, 2, new Spending(7, 0)));
  }

  @Test
  void itIsNotedWhileTheGatewayRuns() throws Exception {
    var text = Keys.of("acme").addTo(path);
    try (var keys = open()) {
      assertThat(((Verdict.Admitted) keys.admit(keys.find(text))).ticket().send()).isEmpty();
      Poll.until("a note", () -> Files.exists(directory.resolve("keys.json.usage")));
    }
  }

  @Test
  void aBoardThatHangsKeepsNoRevokedKeyAlive() throws Exception {
    var text = Keys.of("acme").addTo(path);
    var gate = new Gate();
    try (var keys = open()) {
      keys.share(sheets -> {
        gate.pass();
        return Map.of();
      });
      gate.awaitReached();
      Keys.revoke(text, path);
      Poll.until("no key", () -> keys.find(text) == null);
      gate.open();
    }
  }

  @Test
  void aDiskThatHangsKeepsNoRevokedKeyAlive() throws Exception {
    var text = Keys.of("acme").addTo(path);
    var gate = new Gate();
    try (var keys = LiveKeys.open(new KeysFile(path), CLOCK, month -> stand(gate))) {
      assertThat(((Verdict.Admitted) keys.admit(keys.find(text))).ticket().send()).isEmpty();
      gate.awaitReached();
      Keys.revoke(text, path);
      Poll.until("no key", () -> keys.find(text) == null);
      gate.open();
    }
  }

  private static void stand(Gate gate) throws IOException {
    try {
      gate.pass();
    } catch (InterruptedException e) {
      throw new IOException("nobody interrupts whoever takes notes", e);
    }
  }

  @Test
  void whatWasCountedLastIsToldTheOthers() throws Exception {
    var text = Keys.of("acme").addTo(path);
    var board = new FakeBoard();
    try (var keys = open()) {
      keys.share(board);
      Poll.until("the board is reached", () -> !board.sheets().isEmpty());
      assertThat(((Verdict.Admitted) keys.admit(keys.find(text))).ticket().send()).isEmpty();
    }
    var lines = board.sheets().values().iterator().next();
    assertThat(lines.values()).singleElement().asString().contains(" 1 0 1 0 0 0 0");
  }

  /** Or else, after a restart, it would be told under another line once more. */
  @Test
  void whatAnEarlierVersionCountedIsNotedUnderALineBeforeItIsTold() throws Exception {
    var id = Keys.of("acme").key(Keys.of("acme").addTo(path)).id();
    var month = YearMonth.from(CLOCK.instant().atZone(ZoneOffset.UTC));
    var counts = "\"calls\":3,\"hits\":1,\"sent\":2,\"tokens\":7,\"dollars\":0";
    var usage = directory.resolve("keys.json.usage");
    Files.writeString(
        usage,
        "{\"version\":1,\"month\":\"%s\",\"keys\":{\"%s\":{%s}}}".formatted(month, id, counts));
    var told = new LinkedBlockingQueue<String>();
    try (var keys = open()) {
      keys.share(sheets -> {
        var line = sheets.getFirst().lines().keySet().iterator().next();
        told.add("\"" + id + "\":{" + counts + ",\"line\":\"" + line + "\"");
        told.add(Files.readString(usage));
        return Map.of();
      });
      var line = told.take();
      assertThat(told.take()).contains(line);
    }
  }

  @Test
  void whatOthersSpentOutlivesARestartWithoutThem() throws Exception {
    var quota = Keys.of("acme").quota(0, 5, 0);
    var text = quota.addTo(path);
    var board = new FakeBoard();
    try (var keys = open()) {
      keys.share(board);
      Poll.until("the board is reached", () -> !board.sheets().isEmpty());
      board.scrawl("other", "life 1 7 2 5 90 0 0 0");
      Poll.until("it is heard", () -> !isAdmitted(keys, text));
    }
    try (var keys = open()) {
      assertThat(isAdmitted(keys, text)).isFalse();
    }
    var month = YearMonth.from(CLOCK.instant().atZone(ZoneOffset.UTC));
    var used = new KeysFile(path).usage().read().of(quota.key(text).id(), month);
    assertThat(used.sent()).isEqualTo(5);
    assertThat(used.spent()).isEqualTo(new Spending(90, 0));
  }

  /** Asks for nothing but whether one may. */
  private static boolean isAdmitted(LiveKeys keys, String text) {
    if (keys.admit(keys.find(text)) instanceof Verdict.Admitted(var ticket)) {
      ticket.end(false);
      return true;
    }
    return false;
  }

  @Test
  void aDamagedNoteIsNotTakenForAnEmptyOne() throws Exception {
    Keys.of("acme").addTo(path);
    for (var damaged :
        new String[] {
          "",
          "{}",
          "{\"version\":1,\"month\":\"2026-13\",\"keys\":{}}",
          "{\"version\":1,\"month\":\"2026-01\",\"keys\":{\"a\":{\"calls\":-1}}}"
        }) {
      Files.writeString(directory.resolve("keys.json.usage"), damaged);
      assertThatThrownBy(this::open).hasMessageContaining("remove it to count from zero");
    }
  }
}
