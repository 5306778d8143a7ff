package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Shared;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that have one Redis. */
@Timeout(60)
final class SharedStoreTest {
  private static final String HIT = "refrain; hit";

  private static Stage start(RedisServer server, Secret... secrets) throws Exception {
    var shared = new Shared(new Secret(server.url()), "refrain", Duration.ofSeconds(3));
    var stage = Stage.set(setup -> setup.data(new Data(null, 0, List.of(secrets), shared)));
    stage.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
    return stage;
  }

  private static boolean hits(Stage stage) {
    return hits(stage, "Who?");
  }

  private static boolean hits(Stage stage, String question) {
    try {
      var reply = stage.chat(chat(question), "Authorization: Bearer sk-mine");
      assertThat(reply.text()).isEqualTo(Samples.COMPLETION);
      return String.valueOf(reply.header("cache-status")).startsWith(HIT);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatOneWasAnsweredTheOtherKnowsUntilItIsInvalidated() throws Exception {
    try (var server = RedisServer.start();
        var one = start(server);
        var other = start(server)) {
      Poll.until("one has joined, and keeps what it is answered", () -> hits(one));
      Poll.until("the other finds it", () -> hits(other));
      one.gateway().cache().invalidateAll();
      Poll.until("the other has heard", () -> !hits(other));
    }
  }

  @Test
  void underASecretTheyShareItToo() throws Exception {
    var secret = new Secret("a-secret-that-is-long");
    try (var server = RedisServer.start();
        var one = start(server, secret);
        var other = start(server, secret)) {
      Poll.until("one keeps what it is answered", () -> hits(one));
      Poll.until("the other finds it", () -> hits(other));
      assertThat(server.ask("KEYS", "*")).contains(":entry:");
    }
  }

  @Test
  void withoutRedisEachGoesOnAloneAndJoinsWhenItIsThere() throws Exception {
    try (var server = RedisServer.start()) {
      server.kill();
      try (var one = start(server);
          var other = start(server)) {
        assertThat(hits(one)).isFalse();
        assertThat(hits(one)).isTrue();
        assertThat(hits(other)).isFalse();
        server.startAgain();
        var asked = new AtomicInteger();
        Poll.until(
            "an answer is shared",
            () -> {
              var question = "Who " + asked.incrementAndGet() + "?";
              return !hits(one, question) && hits(other, question);
            });
      }
    }
  }
}
