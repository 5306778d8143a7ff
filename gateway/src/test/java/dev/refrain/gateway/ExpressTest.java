package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.Keys;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hits past the HTTP server are the same as hits through it, and for nobody else. */
@Timeout(60)
final class ExpressTest {
  private static final String BEARER = "authorization: Bearer sk-one";

  private Stage stage;

  private void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private long onLane() {
    return stage.gateway().answeredOnExpressLane();
  }

  private static byte[] ask(String body, String... more) {
    var headers = new ArrayList<>(List.of(BEARER, "content-type: application/json"));
    headers.addAll(List.of(more));
    return Wire.post(Samples.CHAT, body, headers.toArray(String[]::new));
  }

  /** The same, written as the lane does not know it. */
  private static byte[] askOtherwise(String body) {
    var text = new String(ask(body), UTF_8).replace("content-length: ", "content-length:");
    return text.getBytes(UTF_8);
  }

  /** Returns a client whose next hits go on the lane. */
  private RawClient regular(String... bodies) throws Exception {
    var client = stage.client();
    for (var body : bodies) {
      assertThat(client.call(ask(body)).status()).isEqualTo(200);
      stage.awaitCalm();
    }
    return client;
  }

  private static String withoutWhatDiffers(RawReply reply) {
    return (reply.head().line() + "\n" + reply.head().fields() + "\n" + reply.text())
        .replaceAll("(?i)refrain-request-id[=:, ]+[\\w-]+", "id")
        .replaceAll("ttl=\\d+", "ttl")
        .replaceAll("age[=:, ]+\\d+", "age");
  }

  @Test
  void aHitOnTheLaneIsTheSameAsOneThroughTheServer() throws Exception {
    set();
    stage.provider().next(Wire.json(Samples.COMPLETION, "x-upstream: Grüße", "openai-model: m"));
    stage.provider().next(Wire.stream(events("Wo", "von")));
    var client = regular(chat("A"), chatStream("B"));
    for (var body : List.of(chat("A"), chatStream("B"))) {
      long before = onLane();
      var usual = client.call(askOtherwise(body));
      assertThat(onLane()).isEqualTo(before);
      client.call(ask(body)); // which is learned again
      long learned = onLane();
      var express = client.call(ask(body));
      assertThat(onLane()).isEqualTo(learned + 1);
      assertThat(express.isHit()).isTrue();
      assertThat(express.header("refrain-request-id"))
          .isNotEmpty()
          .isNotEqualTo(usual.header("refrain-request-id"));
      assertThat(withoutWhatDiffers(express)).isEqualTo(withoutWhatDiffers(usual));
    }
  }

  @Test
  void aHeadAndABodyThatComeApartAreOneRequest() throws Exception {
    set();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var client = regular(chat("A"));
    client.call(ask(chat("A")));
    var request = ask(chat("A"));
    int head = new String(request, UTF_8).indexOf("\r\n\r\n") + 4;
    long before = onLane();
    client.send(new String(request, 0, head, UTF_8));
    Poll.until("the head is held", () -> stage.gateway().bodiesBytes() > 0);
    client.send(new String(request, head, request.length - head, UTF_8));
    assertThat(client.read().isHit()).isTrue();
    assertThat(onLane()).isEqualTo(before + 1);
  }

  @Test
  void aBodyThatNeverComesIsGivenUpAsAlways() throws Exception {
    stage = Stage.set(setup -> setup.bounds(bounds -> bounds.body(Duration.ofMillis(300))));
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var client = regular(chat("A"));
    client.call(ask(chat("A")));
    var request = ask(chat("A"));
    client.send(new String(request, 0, request.length - 3, UTF_8));
    assertThat(client.read().status()).isEqualTo(408);
    Poll.until("nothing is taken", () -> stage.gateway().bodiesBytes() == 0);
  }

  @Test
  void otherCredentialsAreAnotherMatter() throws Exception {
    set();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var client = regular(chat("A"));
    assertThat(client.call(ask(chat("A"))).isHit()).isTrue();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var other = Wire.post(Samples.CHAT, chat("A"), "authorization: Bearer sk-two");
    assertThat(client.call(other).isHit()).isFalse();
    stage.awaitCalm();
    var none = Wire.post(Samples.CHAT, chat("A"));
    stage.provider().next(Wire.json(Samples.COMPLETION));
    assertThat(client.call(none).isHit()).isFalse();
  }

  @Test
  void behindTlsItIsTheSame(@TempDir Path folder) throws Exception {
    var proof = Proof.usual(folder);
    var tls = proof.tls();
    stage = Stage.set(setup -> setup.tls(tls));
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var socket = proof.trust().getSocketFactory().createSocket("127.0.0.1", stage.port());
    try (var client = RawClient.over(socket)) {
      assertThat(client.call(ask(chat("A"))).isHit()).isFalse();
      stage.awaitCalm();
      var usual = client.call(askOtherwise(chat("A")));
      assertThat(onLane()).isZero();
      client.call(ask(chat("A"))); // which is learned again
      var express = client.call(ask(chat("A")));
      assertThat(onLane()).isPositive();
      assertThat(withoutWhatDiffers(express)).isEqualTo(withoutWhatDiffers(usual));
    }
  }

  @Test
  void whatIsInvalidatedIsNotAnswered() throws Exception {
    set();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var client = regular(chat("A"));
    client.call(ask(chat("A")));
    client.call(ask(chat("A")));
    assertThat(onLane()).isPositive();
    stage.gateway().cache().invalidateAll();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    assertThat(client.call(ask(chat("A"))).isHit()).isFalse();
  }

  @Test
  void hitsOnTheLaneAreCounted() throws Exception {
    set();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var client = regular(chat("A"));
    for (int i = 0; i < 10; i++) {
      client.call(ask(chat("A")));
    }
    assertThat(onLane()).isGreaterThanOrEqualTo(8);
    assertThat(stage.gateway().figures().metrics())
        .containsPattern("refrain_answers_total\\{.*outcome=\"replayed\".*\\} 10.0");
    var id = client.call(ask(chat("A"))).header("refrain-request-id");
    var found = stage.call(Wire.head("GET /-/api/calls/" + id + " HTTP/1.1", "host: localhost"));
    assertThat(found.text()).contains("\"outcome\":\"replayed\"").contains("gpt-test");
  }

  @Test
  void holdersOfGatewayKeysAreLetInOneByOne(@TempDir Path folder) throws Exception {
    var file = folder.resolve("keys.json");
    var key = Keys.of("acme").quota(3, 0, 0).addTo(file);
    stage = Stage.set(setup -> setup.access(new Access(file, Map.of())));
    var client = stage.client();
    var statuses = new ArrayList<Integer>();
    for (int i = 0; i < 4; i++) {
      stage.provider().otherwise(exchange -> exchange.send(Wire.json(Samples.COMPLETION)));
      statuses.add(client.call(Wire.post(Samples.CHAT, chat("A"), "x-api-key: " + key)).status());
    }
    assertThat(statuses).containsExactly(200, 200, 200, 429);
    assertThat(onLane()).isZero();
  }

  @Test
  void aConnectionOnWhichOnlyTheLaneIsUsedIsNotIdle() throws Exception {
    var idle = Duration.ofMillis(400);
    stage = Stage.set(setup -> setup.bounds(bounds -> bounds.idle(idle)));
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var client = regular(chat("A"));
    long until = System.nanoTime() + 4 * idle.toNanos();
    while (System.nanoTime() < until) {
      assertThat(client.call(ask(chat("A"))).isHit()).isTrue();
      Thread.sleep(20); // a client who thinks
    }
    assertThat(onLane()).isGreaterThan(10);
    assertThat(client.isHungUpOn()).isTrue(); // once it is idle
  }

  @Test
  void aNewConnectionIsOnTheLaneFromItsFirstRequest() throws Exception {
    var idle = Duration.ofMillis(400);
    stage = Stage.set(setup -> setup.bounds(bounds -> bounds.idle(idle)));
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var hits = new ArrayList<RawClient>();
    regular(chat("A"));
    for (int i = 0; i < 20; i++) { // of which some are on the event loop that has learned
      var client = stage.client();
      long before = onLane();
      assertThat(client.call(ask(chat("A"))).isHit()).isTrue();
      if (onLane() > before) {
        hits.add(client);
      }
    }
    assertThat(hits).isNotEmpty();
    var first = hits.getFirst();
    assertThat(first.call(Wire.get("/-/health")).status()).isEqualTo(200);
    long before = onLane();
    first.call(ask(chat("A")));
    assertThat(first.call(ask(chat("A"))).isHit()).isTrue();
    assertThat(onLane()).isGreaterThan(before);
    for (var client : hits) {
      assertThat(client.isHungUpOn()).isTrue(); // once it is idle
    }
  }

  @Test
  void aGatewayThatStopsClosesConnectionsOnWhichOnlyTheLaneWasUsed() throws Exception {
    set();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    regular(chat("A"));
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 20; i++) {
      var client = stage.client();
      assertThat(client.call(ask(chat("A"))).isHit()).isTrue();
      clients.add(client);
    }
    assertThat(onLane()).isPositive();
    stage.gateway().close();
    for (var client : clients) {
      assertThat(client.isHungUpOn()).isTrue();
    }
  }

  @Test
  void whateverComesInWhateverPiecesIsAnsweredInItsOrder() throws Exception {
    set();
    stage
        .provider()
        .otherwise(exchange -> {
          exchange.readBody();
          var number = exchange.text().replaceAll(".*\\D(-?\\d+)\\D+", "$1");
          exchange.send(Wire.json(Samples.COMPLETION.replace("chatcmpl-1", "n" + number)));
        });
    var random = new Random(7);
    var client = stage.client();
    for (int round = 0; round < 60; round++) {
      var requests = new ArrayList<byte[]>();
      var expected = new ArrayList<String>();
      for (int i = random.nextInt(1, 9); i > 0; i--) {
        switch (random.nextInt(5)) {
          case 0 -> {
            requests.add(Wire.get("/-/health"));
            expected.add("{\"status\":\"ok\"}");
          }
          case 1 -> {
            int number = random.nextInt(1 << 30);
            requests.add(ask("{\"n\":" + number + "}")); // which is never kept
            expected.add("\"id\":\"n" + number + "\"");
          }
          default -> {
            int number = random.nextInt(4);
            var body = chat("n " + number);
            requests.add((random.nextInt(4) > 0) ? ask(body) : askOtherwise(body));
            expected.add("\"id\":\"n" + number + "\"");
          }
        }
      }
      sendInPieces(client, Wire.join(requests.toArray(byte[][]::new)), random);
      for (var text : expected) {
        assertThat(client.read().text()).contains(text);
      }
    }
    assertThat(onLane()).isPositive(); // how many depends on how the pieces arrive
  }

  private static void sendInPieces(RawClient client, byte[] bytes, Random random) throws Exception {
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(bytes.length - at, random.nextInt(1, 500));
      client.send(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
      if (random.nextInt(3) == 0) {
        Thread.sleep(1); // so that it may go out by itself
      }
    }
  }
}
