package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Shared;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that have one Redis. */
@Timeout(60)
final class SharedStoreTest {
  private static final String HIT = "refrain; hit";

  private static Stage start(RedisServer server, Secret... secrets) throws Exception {
    return start(server, setup -> setup, secrets);
  }

  private static Stage start(RedisServer server, UnaryOperator<Setup> change, Secret... secrets)
      throws Exception {
    var shared = new Shared(new Secret(server.url()), "refrain", Duration.ofSeconds(3));
    var data = new Data(null, 0, List.of(secrets), shared);
    var stage = Stage.set(setup -> change.apply(setup.data(data)));
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
  void whoFollowsIsToldOfAnUpstreamThatIsTooSlowAsWhoLeadsIs() throws Exception {
    try (var server = RedisServer.start();
        var one = start(server, setup -> setup.bounds(b -> b.firstByte(Duration.ofSeconds(3))));
        var other = start(server);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      awaitSharing(one, other);
      int callsBefore = other.provider().calls();
      var gate = new Gate();
      one.provider().otherwise(Acts.held(gate, Wire.json(Samples.COMPLETION)));
      try {
        var led = callers.submit(() -> status(one));
        gate.awaitReached();
        var followed = callers.submit(() -> status(other));

        assertThat(led.get()).isEqualTo(504);
        assertThat(followed.get()).isEqualTo(504);
        assertThat(other.provider().calls()).isEqualTo(callsBefore);
      } finally {
        gate.open();
      }
    }
  }

  private static int status(Stage stage) {
    try (var client = stage.client()) {
      var header = "Authorization: Bearer sk-mine";
      return client.call(Wire.post(Samples.CHAT, chat("Why?"), header)).status();
    } catch (IOException e) {
      throw new AssertionError(e);
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
        awaitSharing(one, other);
      }
    }
  }

  private static void awaitSharing(Stage one, Stage other) {
    var asked = new AtomicInteger();
    Poll.until(
        "an answer is shared",
        () -> {
          var question = "Who " + asked.incrementAndGet() + "?";
          return !hits(one, question) && hits(other, question);
        });
  }
}
