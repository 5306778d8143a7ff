package dev.refrain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.LlmCache;
import dev.refrain.Outcome;
import dev.refrain.Scope;
import dev.refrain.testing.PlainDialect;
import dev.refrain.testing.ScriptedUpstream;
import dev.refrain.tier.Cover;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What outlasts a process, and whose it is. */
@Timeout(60)
final class SqliteStoreTest {
  @TempDir private Path directory;

  private SqliteStore open() throws IOException, InterruptedException {
    return SqliteStore.open(SqliteStore.at(directory));
  }

  private static LlmCache cache(SqliteStore store) {
    return LlmCache.builder()
        .dialect(new PlainDialect())
        .tier(store.tier())
        .epochs(store.epochs())
        .build();
  }

  private static Outcome ask(LlmCache cache, ScriptedUpstream upstream, String body)
      throws Exception {
    var request = PlainDialect.request(body, "Cache-Tag", "doc:42");
    try (var answer = cache.answer(cache.read(request, Scope.tenant("acme")), upstream)) {
      answer.readAll();
      return answer.outcome();
    }
  }

  @Test
  void aRestartLosesNothing() throws Exception {
    try (var upstream = new ScriptedUpstream()) {
      try (var store = open();
          var cache = cache(store)) {
        for (int i = 0; i < 100; i++) {
          upstream.expect().reply("hello " + i + ".");
          assertThat(ask(cache, upstream, "ask=" + i)).isEqualTo(Outcome.FETCHED);
        }
      }
      try (var store = open();
          var cache = cache(store)) {
        for (int i = 0; i < 100; i++) {
          assertThat(ask(cache, upstream, "ask=" + i)).isEqualTo(Outcome.REPLAYED);
        }
        assertThat(store.tier().holdings().entries()).isEqualTo(100);
      }
    }
  }

  @Test
  void anInvalidationOutlastsTheProcess() throws Exception {
    try (var upstream = new ScriptedUpstream()) {
      try (var store = open();
          var cache = cache(store)) {
        upstream.expect().reply("old.");
        ask(cache, upstream, "ask=hello");
        store.tier().flush();
        cache.invalidate("doc:42");
      }
      try (var store = open();
          var cache = cache(store)) {
        upstream.expect().reply("new.");
        assertThat(ask(cache, upstream, "ask=hello")).isEqualTo(Outcome.FETCHED);
        assertThat(ask(cache, upstream, "ask=hello")).isEqualTo(Outcome.REPLAYED);
        cache.invalidateAll();
      }
      try (var store = open();
          var cache = cache(store)) {
        upstream.expect().reply("newest.");
        assertThat(ask(cache, upstream, "ask=hello")).isEqualTo(Outcome.FETCHED);
      }
    }
  }

  @Test
  void whoseEpochsAreLostServesNothingFromBefore() throws Exception {
    try (var upstream = new ScriptedUpstream()) {
      try (var store = open();
          var cache = cache(store)) {
        upstream.expect().reply("old.");
        ask(cache, upstream, "ask=hello");
      }
      Files.delete(directory.resolve("state.db"));
      try (var store = open();
          var cache = cache(store)) {
        upstream.expect().reply("new.");
        assertThat(ask(cache, upstream, "ask=hello")).isEqualTo(Outcome.FETCHED);
      }
    }
  }

  @Test
  void aSecretIsMadeOnce() throws Exception {
    byte[] scope;
    try (var store = open()) {
      scope = store.secret("scope");
      assertThat(scope).hasSize(32).isNotEqualTo(new byte[32]);
      assertThat(store.secret("scope")).isEqualTo(scope);
      assertThat(store.secret("other")).isNotEqualTo(scope);
    }
    try (var store = open()) {
      assertThat(store.secret("scope")).isEqualTo(scope);
    }
  }

  @Test
  void aSecondStoreIsToldWhoHasTheDirectory() throws Exception {
    try (var store = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(StoreInUseException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
      store.tier().store(Samples.text(1, "still works"));
      store.tier().flush();
    }
    open().close();
  }

  @Test
  void whatWasClearedIsNotThereAfterARestartEither() throws Exception {
    try (var store = open()) {
      store.tier().store(Samples.text(1, "old"));
      store.tier().flush();
      store.tier().store(Samples.text(2, "old"));
      store.tier().clear();
      store.tier().store(Samples.text(3, "new"));
    }
    try (var store = open()) {
      assertThat(store.tier().find(Samples.slot(1))).isNull();
      assertThat(store.tier().find(Samples.slot(2))).isNull();
      assertThat(store.tier().find(Samples.slot(3)).recording()).isEqualTo(Samples.text(3, "new"));
      store.tier().clear(); // with nothing behind it but the end
    }
    try (var store = open()) {
      assertThat(store.tier().find(Samples.slot(3))).isNull();
    }
  }

  @Test
  void whatIsWrittenUnderASecretIsReadWithItAlone() throws Exception {
    var plan = SqliteStore.at(directory);
    var secret = Samples.text(1, "a secret answer");
    try (var store = SqliteStore.open(plan.cover(Cover.of("the first secret")))) {
      store.tier().store(secret);
    }
    assertThat(Files.readString(directory.resolve("answers.db"), StandardCharsets.ISO_8859_1))
        .doesNotContain("a secret answer");
    try (var store = SqliteStore.open(plan.cover(Cover.of("another")))) {
      assertThat(store.tier().find(secret.slot())).isNull();
    }
    try (var store = SqliteStore.open(plan)) {
      assertThat(store.tier().find(secret.slot())).isNull();
    }
    var rotated = Cover.of("the second secret", "the first secret");
    try (var store = SqliteStore.open(plan.cover(rotated))) {
      assertThat(store.tier().find(secret.slot()).recording()).isEqualTo(secret);
      store.tier().drop(secret.slot());
      store.tier().flush();
      assertThat(store.tier().find(secret.slot())).isNull();
    }
  }

  @Test
  void nobodyElseMayReadTheFiles() throws Exception {
    var home = directory.resolve("home/of/answers");
    try (var store = SqliteStore.open(SqliteStore.at(home))) {
      store.tier().store(Samples.text(1, "private"));
      store.tier().flush();
      assertThat(permissions(home)).isEqualTo("rwx------");
      for (var file : List.of("state.db", "answers.db", "answers.db-wal")) {
        assertThat(permissions(home.resolve(file))).as(file).isEqualTo("rw-------");
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whatIsClosedRefusesWithoutHarm() throws Exception {
    var store = open();
    store.close();
    store.close();

    assertThatThrownBy(() -> store.tier().store(Samples.text(1, "late")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.tier().find(Samples.slot(2))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.epochs().write("doc:42", "late"))
        .isInstanceOf(IOException.class);
  }
}
