package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.Keys;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Shared;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One budget for all gateways that share a Redis. */
@Timeout(60)
final class SharedBudgetTest {
  private static final String SPENT = "insufficient_quota";

  @TempDir Path directory;

  /** Each has its own copy of the keys, and its own notes. */
  private Stage start(String name, RedisServer server) throws Exception {
    var file = directory.resolve(name).resolve("keys.json");
    if (Files.notExists(file)) {
      Files.createDirectories(file.getParent());
      Files.copy(directory.resolve("keys.json"), file);
    }
    var shared = new Shared(new Secret(server.url()), "refrain", Duration.ofSeconds(3));
    var data = new Data(null, 0, List.of(), shared);
    var stage = Stage.set(setup -> setup.data(data).access(new Access(file, Map.of())));
    stage.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
    return stage;
  }

  private static RawReply ask(Stage stage, String key, String directive) throws Exception {
    return stage.chat(chat("Who?"), "x-api-key: " + key, "cache-control: " + directive);
  }

  /** Asks for what costs nothing, whether it is there or not. */
  private static boolean isSpent(Stage stage, String key) {
    try {
      var reply = ask(stage, key, "only-if-cached");
      return reply.status() == 429 && reply.text().contains(SPENT);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsSpentAtOneIsSpentAtAllAndStaysSo() throws Exception {
    var calls = Keys.of("acme").quota(0, 4, 0).addTo(directory.resolve("keys.json"));
    var tokens = Keys.of("bolt").quota(0, 0, 36).addTo(directory.resolve("keys.json"));
    try (var server = RedisServer.start();
        var one = start("one", server);
        var other = start("other", server)) {
      for (int i = 0; i < 2; i++) {
        for (var stage : List.of(one, other)) {
          for (var key : List.of(calls, tokens)) { // 9 tokens each
            assertThat(ask(stage, key, "no-store").status()).isEqualTo(200);
          }
        }
      }
      for (var key : List.of(calls, tokens)) {
        Poll.until("it is spent at one", () -> isSpent(one, key));
        Poll.until("it is spent at the other", () -> isSpent(other, key));
      }
      assertThat(one.provider().calls() + other.provider().calls()).isEqualTo(8);
    }
  }
}
