package dev.refrain.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.redis.RedisTallies.Sheet;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.redis.testing.RespProxy;
import dev.refrain.redis.testing.RespProxy.Meddler;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nodes count in a real Redis. */
@Timeout(60)
final class RedisTalliesTest {
  private static final Duration KEPT = Duration.ofDays(30);
  private static final int LINES_MAX = 5_000;

  private final List<String> known = new ArrayList<>(); // keys
  private RedisServer server;
  private Instant until;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
    until = InstantSource.system().instant().plus(KEPT);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private RedisStore store(String url) {
    return store(Node.settings(url));
  }

  /** Returns one that is connected. */
  private RedisStore store(RedisSettings settings) {
    var store = RedisStore.open(settings, InstantSource.system());
    Poll.until("it is connected", () -> canExchange(store, sheet("none")));
    return store;
  }

  private static boolean canExchange(RedisStore store, Sheet sheet) {
    try {
      store.tallies().exchange(List.of(sheet));
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Sheet sheet(String name, String... linesAndTexts) {
    return new Sheet(name, until, pairs(linesAndTexts), Map.of());
  }

  private static Map<String, String> pairs(String... words) {
    return (words.length == 0) ? Map.of() : Map.of(words[0], words[1]);
  }

  private Map<String, String> read(RedisStore store, String name) throws Exception {
    return store.tallies().exchange(List.of(sheet(name))).get(name);
  }

  /** Returns the names of what lies there of sheets. */
  private List<String> keys() throws IOException {
    return server.ask("KEYS", "*").lines().filter(line -> line.contains(":tally:")).toList();
  }

  @Test
  void whatOneWritesAllRead() throws Exception {
    try (var one = store(server.url());
        var other = store(server.url())) {
      var written = List.of(sheet("a", "one", "1"), sheet("b", "one", "2"));
      assertThat(one.tallies().exchange(written)).isEqualTo(Map.of("a", Map.of(), "b", Map.of()));
      assertThat(other.tallies().exchange(List.of(sheet("a", "other", "3"))))
          .isEqualTo(Map.of("a", Map.of("one", "1")));
      assertThat(read(one, "a")).isEqualTo(Map.of("one", "1", "other", "3"));
      one.tallies().exchange(List.of(sheet("a", "one", "5")));
      assertThat(read(other, "a")).isEqualTo(Map.of("one", "5", "other", "3"));
      assertThat(read(other, "b")).isEqualTo(Map.of("one", "2"));
      assertThat(one.tallies().exchange(List.of())).isEmpty();
    }
  }

  @Test
  void whatIsOnlyPutBackReplacesNothing() throws Exception {
    try (var one = store(server.url())) {
      var back = new Sheet("a", until, Map.of("one", "1"), Map.of("lost", "7"));
      one.tallies().exchange(List.of(back));
      var again = new Sheet("a", until, Map.of("one", "2"), Map.of("lost", "6", "one", "0"));
      one.tallies().exchange(List.of(again));
      assertThat(read(one, "a")).isEqualTo(Map.of("one", "2", "lost", "7"));
    }
  }

  @Test
  void whatIsWrittenEndsInItsTimeAndWhatIsReadIsNotMade() throws Exception {
    try (var one = store(server.url())) {
      read(one, "a");
      assertThat(keys()).isEmpty();
      one.tallies().exchange(List.of(sheet("a", "one", "1")));
      assertThat(keys()).hasSize(1);
      var seconds = server.ask("TTL", keys().getFirst()).strip().substring(1);
      assertThat(Long.parseLong(seconds))
          .isBetween(KEPT.minusMinutes(2).toSeconds(), KEPT.plusMinutes(2).toSeconds());
    }
  }

  @Test
  void underASecretNobodyElseReadsOrWritesIt() throws Exception {
    try (var old = store(Node.settings(server.url(), "old"));
        var next = store(Node.settings(server.url(), "new", "old"));
        var stranger = store(Node.settings(server.url(), "strange"))) {
      old.tallies().exchange(List.of(sheet("sheet-name", "line-name", "the text")));
      assertThat(read(next, "sheet-name")).isEqualTo(Map.of("line-name", "the text"));
      assertThat(read(stranger, "sheet-name")).isEmpty();
      var lies = server.ask("HGETALL", keys().getFirst());
      assertThat(keys().getFirst() + lies).doesNotContain("sheet-name").doesNotContain("the text");

      next.tallies().exchange(List.of(sheet("sheet-name", "line-name", "later")));
      assertThat(read(next, "sheet-name")).isEqualTo(Map.of("line-name", "later"));
    }
  }

  @Test
  void whatIsStrangeIsLeftOutAndTheRestIsNot() throws Exception {
    try (var one = store(server.url())) {
      for (var name : List.of("text", "huge", "scrawled", "moved", "good")) {
        one.tallies().exchange(List.of(sheet(name, "one", "1")));
        String key = keys().stream().filter(k -> !known.contains(k)).findFirst().orElseThrow();
        known.add(key);
      }
      server.ask("SET", known.get(0), "a text");
      for (int i = 0; i <= LINES_MAX; i += 100) {
        var words = new ArrayList<>(List.of("HSET", known.get(1)));
        for (int j = 0; j < 100; j++) {
          words.addAll(List.of("line" + (i + j), "x"));
        }
        server.ask(words.toArray(String[]::new));
      }
      server.ask("HSET", known.get(2), "two", "x", "three", "");
      server.ask("DEL", known.get(3));
      server.ask("COPY", known.get(4), known.get(3));

      var all = Stream.of("text", "huge", "scrawled", "moved", "good");
      var asked = all.map(name -> sheet(name, "two", "2")).toList();
      assertThat(one.tallies().exchange(asked))
          .isEqualTo(
              Map.of(
                  "scrawled", Map.of("one", "1"), "moved", Map.of(), "good", Map.of("one", "1")));
      assertThat(read(one, "scrawled")).isEqualTo(Map.of("one", "1", "two", "2"));
    }
  }

  @Test
  void repliesThatAreMixedUpAreNotTakenForOthers() throws Exception {
    var random = new Random(7);
    try (var proxy = RespProxy.before(server.port());
        var one = store(proxy.url())) {
      for (int i = 0; i < 10; i++) {
        one.tallies().exchange(List.of(sheet("sheet" + i, "line" + i, "text " + i)));
      }
      proxy.meddle(Meddler.confused(random, 8, 40));
      int right = 0;
      for (int i = 0; i < 24; i++) {
        int which = i % 10;
        try {
          assertThat(read(one, "sheet" + which)).isEqualTo(Map.of("line" + which, "text " + which));
          right++;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("Redis");
        }
      }
      assertThat(right).isPositive();
    }
  }

  @Test
  void itIsUsedAgainWhenItIsBack() throws Exception {
    try (var one = store(server.url())) {
      one.tallies().exchange(List.of(sheet("a", "one", "1")));
      server.kill();
      assertThatThrownBy(() -> read(one, "a"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Redis");
      server.startAgain();
      Poll.until("it is back", () -> canWrite(one));
      assertThat(read(one, "a")).isEqualTo(Map.of("one", "2"));

      server.ask("REPLICAOF", "127.0.0.1", "1");
      assertThat(canWrite(one)).isFalse();
      server.ask("REPLICAOF", "NO", "ONE");
      Poll.until("it takes writes again", () -> canWrite(one));
    }
  }

  private boolean canWrite(RedisStore store) {
    return canExchange(store, sheet("a", "one", "2"));
  }
}
