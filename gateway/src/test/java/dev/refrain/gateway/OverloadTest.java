package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.CHAT;
import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Limits;
import dev.refrain.Reason;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Beyond the bounds there is a refusal at once, while hits go on being served. */
@Timeout(60)
final class OverloadTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final int CALLS_MAX = 2;

  private static final byte[] SOCKET =
      Wire.get("/v1/realtime", "connection: upgrade", "upgrade: websocket");

  /** A way to go upstream. */
  private enum Way {
    FETCHED,
    BYPASSED,
    RELAYED;

    byte[] request(String question) {
      return switch (this) {
        case FETCHED -> Wire.post(CHAT, chat(question));
        case BYPASSED -> Wire.post(CHAT, chat(question), "cache-control: no-store");
        case RELAYED -> Wire.post("/v1/batches", chat(question));
      };
    }
  }

  private static Setup narrow(Setup setup) {
    return setup.limits(
        new Limits(1 << 20, 1 << 20, CALLS_MAX, Duration.ofMinutes(1), Limits.FINISH));
  }

  @ParameterizedTest
  @EnumSource
  void whoeverFillsItNobodyElseGetsIn(Way full) throws Exception {
    try (var stage = Stage.set(OverloadTest::narrow)) {
      var gate = fill(stage, full);
      assertThat(stage.client().call(Way.FETCHED.request("known")).isHit()).isTrue();
      assertThat(stage.provider().calls()).isEqualTo(1 + CALLS_MAX);
      gate.open();
      assertEveryWayIsFree(stage);
    }
  }

  /** Beyond the bound of one upstream nobody waits for a connection to it, and others are asked. */
  @ParameterizedTest
  @EnumSource
  void whoeverTakesAllOfOneUpstreamLeavesTheOthers(Way full) throws Exception {
    try (var stage = Stage.set(setup -> setup.upstreamConnectionsMax(CALLS_MAX))) {
      var gate = fill(stage, full);
      assertOverloaded(stage.client().call(SOCKET));
      assertThat(stage.client().call(Way.FETCHED.request("known")).isHit()).isTrue();
      stage.provider().next(REPLY);
      assertThat(stage.client().call(Wire.get("/anthropic/v1/models")).status()).isEqualTo(200);
      assertThat(stage.provider().calls()).isEqualTo(2 + CALLS_MAX);
      gate.open();
      assertEveryWayIsFree(stage);
    }
  }

  /** Has something known and all places taken, until the gate is open; nobody else gets in. */
  private static Gate fill(Stage stage, Way full) throws Exception {
    stage.provider().next(REPLY);
    stage.chat(chat("known"));
    var gate = new Gate();
    for (int i = 0; i < CALLS_MAX; i++) {
      stage.provider().next(Acts.held(gate, REPLY));
      stage.client().send(full.request("slow " + i));
      stage.provider().awaitCalls(i + 2);
    }
    for (var way : Way.values()) {
      assertOverloaded(stage.client().call(way.request("more " + way)));
    }
    return gate;
  }

  private static void assertEveryWayIsFree(Stage stage) throws Exception {
    stage.awaitCalm();
    for (var way : Way.values()) {
      stage.provider().next(REPLY);
      Poll.until("a place", () -> stage.gateway().callsUpstream() == 0);
      assertThat(stage.call(way.request("now " + way)).status()).isEqualTo(200);
    }
  }

  /** Vert.x has less room for two such numbers than for one. */
  @Test
  void asManyMayBeAllowedAsAnybodyLikes() throws Exception {
    var limits = new Limits(1 << 20, 1 << 20, 1_000_000, Duration.ofMinutes(1), Limits.FINISH);
    try (var stage = Stage.set(setup -> setup.limits(limits).upstreamConnectionsMax(1_000_000))) {
      for (var way : Way.values()) {
        stage.provider().next(REPLY);
        assertThat(stage.call(way.request("Who?")).status()).isEqualTo(200);
      }
    }
  }

  /** It is over when those are closed whose calls are over. */
  @Test
  void aPoolThatIsFullAllTheSameIsOverloadToo() {
    var full = new IOException(new ConnectionPoolTooBusyException("full"));
    assertThat(Failure.of(full)).isEqualTo(Failure.OVERLOADED);
  }

  /** However a call ends, its place is free again. */
  @ParameterizedTest
  @EnumSource
  void noPlaceIsLost(Way way) throws Exception {
    try (var stage =
        Stage.set(
            setup -> narrow(setup).bounds(bounds -> bounds.firstByte(Duration.ofMillis(200))))) {
      for (int i = 0; i < 3 * CALLS_MAX; i++) {
        stage.provider().next(Acts.cut(REPLY, 10));
        stage.call(way.request("cut " + i));
        awaitFree(stage, "cut");
        stage.provider().next(Acts.cut(REPLY, REPLY.length - 5));
        stage.call(way.request("cut late " + i));
        awaitFree(stage, "cut late");
        stage.provider().next(Acts.stalled(REPLY, 0));
        stage.call(way.request("silent " + i));
        awaitFree(stage, "silent");
        stage.provider().next(Wire.json(500, "{}"));
        stage.call(way.request("failed " + i));
        awaitFree(stage, "failed");
        stage.provider().next(Acts.stalled(REPLY, REPLY.length - 5));
        int calls = stage.provider().calls();
        var client = stage.client().send(way.request("hung up " + i));
        stage.provider().awaitCalls(calls + 1);
        client.close();
        awaitFree(stage, "hung up");
      }
      stage.provider().next(REPLY);
      assertThat(stage.call(way.request("now")).status()).isEqualTo(200);
    }
  }

  @Test
  void noPlaceIsLostOverHttp2Either() throws Exception {
    try (var stage = Stage.set(OverloadTest::narrow);
        var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + stage.port() + "/v1/batches");
      var request =
          HttpRequest.newBuilder(uri)
              .version(HttpClient.Version.HTTP_2)
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      var discarded = HttpResponse.BodyHandlers.discarding();
      for (int i = 0; i < 3 * CALLS_MAX; i++) {
        stage.provider().next(REPLY);
        assertThat(client.send(request, discarded).version()).isEqualTo(HttpClient.Version.HTTP_2);
        awaitFree(stage, "an answer");
        stage.provider().next(Acts.cut(REPLY, REPLY.length - 5));
        assertThatThrownBy(() -> client.send(request, discarded)).isInstanceOf(IOException.class);
        awaitFree(stage, "cut late");
        int calls = stage.provider().calls();
        stage.provider().next(Acts.stalled(REPLY, REPLY.length - 5));
        var abandoned = client.sendAsync(request, discarded);
        stage.provider().awaitCalls(calls + 1);
        abandoned.cancel(true);
        awaitFree(stage, "hung up");
      }
    }
  }

  private static void awaitFree(Stage stage, String after) throws InterruptedException {
    Poll.until("free places after " + after, () -> stage.gateway().callsUpstream() == 0);
  }

  @Test
  void whenBodiesTakeAllMemorySmallOnesAreReadOn() throws Exception {
    int bodies = 1 << 20;
    try (var stage = Stage.set(setup -> setup.bodiesBytesMax(bodies))) {
      stage.provider().next(REPLY);
      stage.chat(chat("known"));
      var gate = new Gate();
      var large = chat("x".repeat(500_000));
      stage.provider().next(Acts.held(gate, REPLY));
      var first = stage.client().send(Wire.post(CHAT, large));
      gate.awaitReached();

      assertOverloaded(stage.client().call(Wire.post(CHAT, large)));
      assertOverloaded(stage.client().call(Wire.post(CHAT, large, "cache-control: no-store")));
      assertThat(stage.client().call(Way.FETCHED.request("known")).isHit()).isTrue();

      gate.open();
      assertThat(first.read().status()).isEqualTo(200);
      Poll.until("room for a body", () -> stage.gateway().bodiesBytes() == 0);
      assertThat(stage.call(Wire.post(CHAT, large)).isHit()).isTrue();
    }
  }

  /** And so any number of them are under way at once. */
  @Test
  void whatSaysThatItIsTooLargeTakesNoMemory() throws Exception {
    int most = Limits.DEFAULT.bodyBytesMax();
    try (var stage = Stage.set(setup -> setup.bodiesBytesMax(most))) {
      var large = chat("x".repeat(most));
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, REPLY));
      var first = stage.client().send(Wire.post(CHAT, large));
      gate.awaitReached();
      assertThat(stage.gateway().bodiesBytes()).isZero();

      stage.provider().next(REPLY);
      var second = stage.client().call(Wire.post(CHAT, large));
      assertThat(second.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=body-too-large");
      gate.open();
      assertThat(first.read().status()).isEqualTo(200);
    }
  }

  /** What was read of it before lies in memory only until it is sent. */
  @Test
  void whatTurnsOutToBeTooLargeTakesNoMemoryOnceItsBeginningIsSent() throws Exception {
    int most = 100_000;
    var limits = new Limits(most, 1 << 20, 10, Duration.ofMinutes(1), Limits.FINISH);
    try (var stage = Stage.set(setup -> setup.limits(limits))) {
      var body = chat("x".repeat(most)).getBytes(UTF_8);
      var gate = new Gate();
      stage
          .provider()
          .next(exchange -> {
            assertThat(exchange.body().readNBytes(body.length)).isEqualTo(body);
            gate.pass();
            assertThat(exchange.readBody()).asString(UTF_8).isEqualTo("the rest");
            exchange.send(REPLY);
          });
      var client = stage.client();
      client.send(Wire.head("POST " + CHAT + " HTTP/1.1", "host: x", "transfer-encoding: chunked"));
      client.send(Wire.chunk(body));
      gate.awaitReached();
      Poll.until("the memory is back", () -> stage.gateway().bodiesBytes() == 0);
      assertThat(stage.gateway().callsUpstream()).isEqualTo(1);

      gate.open();
      client.send(Wire.chunk("the rest".getBytes(UTF_8)));
      assertThat(client.send("0\r\n\r\n").read().status()).isEqualTo(200);
    }
  }

  /** One is given up when it is to be joined, the other when it is read. */
  @Test
  void whenRepliesTakeAllMemoryOthersPassAndAreNotKept() throws Exception {
    var limits = new Limits(1 << 20, 1 << 20, 1 << 20, 100, Duration.ofMinutes(1), Limits.FINISH);
    try (var stage = Stage.set(setup -> setup.limits(limits))) {
      stage.provider().next(REPLY);
      stage.chat(chat("known"));
      var text = Samples.COMPLETION.replace("Grüße", "Ja".repeat(250_000));
      assertThat(text.length()).isGreaterThan(500_000);
      var large = Wire.json(text);
      var gate = new Gate();
      stage.provider().next(Acts.halted(gate, large, large.length - 5));
      var first = stage.client().send(Way.FETCHED.request("first"));
      Poll.until("memory is taken", () -> stage.gateway().repliesBytes() > text.length() - 20_000);
      stage.provider().next(Acts.halted(gate, large, large.length - 5));
      stage.provider().next(Acts.halted(gate, large, large.length - 5));
      var second = stage.client().send(Way.FETCHED.request("second"));
      stage.provider().awaitCalls(3);
      Poll.until("all is taken", () -> stage.gateway().repliesBytes() > 2 * text.length() - 40_000);
      var third = stage.client().send(Way.FETCHED.request("third"));
      var body = third.body(third.readHead());
      var beginning = new String(body.readNBytes(400_000), UTF_8); // more than there is room for
      assertThat(stage.client().call(Way.FETCHED.request("known")).isHit()).isTrue();
      gate.open();

      assertThat(beginning + new String(body.readAllBytes(), UTF_8)).isEqualTo(text);
      for (var reply : List.of(first.read(), second.read())) {
        assertThat(reply.text()).isEqualTo(text);
      }
      stage.awaitCalm();
      Poll.until("the memory is back", () -> stage.gateway().repliesBytes() == 0);
      assertThat(stage.gateway().cache().figures().notKept()).containsOnlyKeys(Reason.NO_MEMORY);
      stage.provider().next(large);
      assertThat(stage.chat(chat("third")).isHit()).isFalse();
      assertThat(stage.chat(chat("third")).isHit()).isTrue();
    }
  }

  private static void assertOverloaded(RawReply reply) throws Exception {
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.header("retry-after")).isEqualTo("1");
  }
}
