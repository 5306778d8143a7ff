package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets pass as they are, once upstream has agreed to one, and end on both sides at once. */
@Timeout(60)
final class WebSocketTest {
  private static final byte[] LARGE = RandomBytes.of(5_000_003);
  private static final byte[] ASK = ask("host: evil.test");
  private static final byte[] AGREED = agree("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

  private static byte[] ask(String... headers) {
    return Wire.head(
        "GET /v1/realtime?model=x HTTP/1.1",
        "Connection: keep-alive, Upgrade",
        with(headers, "Upgrade: websocket", "Sec-WebSocket-Version: 13"));
  }

  private static byte[] agree(String... headers) {
    return Wire.head(
        "HTTP/1.1 101 Switching Protocols",
        "Connection: upgrade",
        with(headers, "Upgrade: websocket"));
  }

  private static String[] with(String[] headers, String... more) {
    return Stream.concat(Stream.of(headers), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void whatIsAgreedUponAndSaidIsTheSameOnBothSides() throws Exception {
    try (var stage = Stage.set()) {
      var agreed = agree("Sec-WebSocket-Accept: a=", "Sec-WebSocket-Protocol: realtime", "x-id: 7");
      stage
          .provider()
          .next(exchange -> {
            exchange.send(Wire.join(agreed, "first".getBytes(UTF_8))); // at once, in one packet
            assertThat(exchange.in().readNBytes(LARGE.length)).isEqualTo(LARGE);
            exchange.send(LARGE);
            exchange.awaitHangUp();
            exchange.close();
          });
      var client =
          stage
              .client()
              .send(
                  ask(
                      "host: evil.test",
                      "authorization: Bearer sk-1",
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                      "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.sk-1",
                      "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"));
      var head = client.readInterimHead();
      assertThat(head.line()).startsWith("HTTP/1.1 101 ");
      assertThat(head.fields())
          .contains(
              Map.entry("Sec-WebSocket-Accept", "a="),
              Map.entry("Sec-WebSocket-Protocol", "realtime"),
              Map.entry("x-id", "7"),
              Map.entry("upgrade", "websocket"),
              Map.entry("connection", "Upgrade"))
          .hasSize(8); // and its id, how it was come by, and on what that depends
      assertThat(new String(client.in().readNBytes(5), UTF_8)).isEqualTo("first");
      var sender = Thread.ofVirtual().start(() -> send(client, LARGE));
      assertThat(client.in().readNBytes(LARGE.length)).isEqualTo(LARGE);
      sender.join();
      client.close();

      var call = stage.provider().call(0).head();
      assertThat(call.line()).isEqualTo("GET /v1/realtime?model=x HTTP/1.1");
      assertThat(call.fields())
          .containsExactlyInAnyOrder(
              Map.entry("host", stage.provider().url().getAuthority()),
              Map.entry("connection", "Upgrade"),
              Map.entry("upgrade", "websocket"),
              Map.entry("authorization", "Bearer sk-1"),
              Map.entry("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
              Map.entry("Sec-WebSocket-Version", "13"),
              Map.entry("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.sk-1"),
              Map.entry("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"));
    }
  }

  private static void send(RawClient client, byte[] bytes) {
    try {
      client.send(bytes);
    } catch (IOException e) {
      // closed at the end of the test
    }
  }

  @Test
  void aRefusalIsPassedOnAndAllStaysHttp() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.json(401, "{\"error\":\"who?\"}", "x-id: 7"));
      stage.provider().next(Wire.reply(200, "list"));
      var client = stage.client();
      var reply = client.call(ASK);
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.header("x-id")).isEqualTo("7");
      assertThat(reply.text()).isEqualTo("{\"error\":\"who?\"}");
      stage.provider().awaitConnections(0); // it was for this alone
      assertThat(client.call(Wire.get("/v1/models")).text()).isEqualTo("list");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/realtime HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n",
        "GET /v1/realtime HTTP/1.0\r\nconnection: upgrade\r\nupgrade: websocket\r\n",
        "GET /v1/realtime HTTP/1.1\r\nupgrade: websocket\r\n",
        "GET /v1/realtime HTTP/1.1\r\nconnection: upgrade\r\nupgrade: tls/1.2\r\n",
        "GET /v1/realtime HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket2\r\n"
      })
  void whatIsNoProperRequestForOneIsRelayedWithoutIt(String head) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.reply(426, "no"));
      var reply = stage.call((head + "host: x\r\n\r\n").getBytes(UTF_8));
      assertThat(reply.status()).isEqualTo(426);
      assertThat(stage.provider().call(0).head().names()).doesNotContain("upgrade", "connection");
    }
  }

  /** The body would be taken for the first that is said in the tunnel. */
  @Test
  void aRequestForOneThatHasABodyIsRelayedWithoutIt() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.reply(426, "no"));
      var asked = new String(ASK, UTF_8).replace("\r\n\r\n", "\r\ncontent-length: 2\r\n\r\n{}");
      assertThat(stage.call(asked.getBytes(UTF_8)).status()).isEqualTo(426);
      assertThat(stage.provider().call(0).head().names()).doesNotContain("upgrade", "connection");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"upgrade: h2c", "x: y", "upgrade: websocket2", "upgrade: websocket"})
  void anUpstreamThatSwitchesToWhatNobodyAskedForIsRefused(String upgrade) throws Exception {
    try (var stage = Stage.set()) {
      var plain = Wire.get("/v1/models");
      for (var request :
          upgrade.equals("upgrade: websocket") ? List.of(plain) : List.of(ASK, plain)) {
        stage
            .provider()
            .next(exchange -> {
              exchange.send(Wire.head("HTTP/1.1 101 Other", "connection: upgrade", upgrade));
              exchange.awaitHangUp();
              exchange.close();
            });
        assertThat(stage.call(request).status()).isEqualTo(502);
      }
    }
  }

  @Test
  void anUpstreamThatDoesNotAnswerIsGivenUp() throws Exception {
    var time = Duration.ofMillis(150);
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.firstByte(time)))) {
      stage.provider().next(Acts.stalled(AGREED, 0));
      assertThat(stage.client().call(ASK).status()).isEqualTo(504);
      stage.provider().awaitConnections(0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLossOfTheClientEndsUpstream(boolean abrupt) throws Exception {
    try (var stage = Stage.set()) {
      var heard = new AtomicInteger();
      stage
          .provider()
          .next(exchange -> {
            exchange.send(AGREED);
            while (heard.get() < 4 && exchange.in().read() >= 0) {
              heard.incrementAndGet();
            }
            exchange.awaitHangUp();
            exchange.close();
          });
      var client = stage.client().send(ASK);
      client.readInterimHead();
      client.send("last");
      Poll.until("the last words are there", () -> heard.get() == 4);
      if (abrupt) {
        client.reset();
      } else {
        client.close();
      }
      stage.provider().awaitConnections(0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLossOfUpstreamEndsTheClient(boolean abrupt) throws Exception {
    try (var stage = Stage.set()) {
      stage
          .provider()
          .next(exchange -> {
            exchange.send(AGREED);
            if (abrupt) {
              exchange.reset();
            } else {
              exchange.send(LARGE); // all of which is passed on before
              exchange.close();
            }
          });
      var client = stage.client().send(ASK);
      client.readInterimHead();
      if (!abrupt) {
        assertThat(client.in().readNBytes(LARGE.length)).isEqualTo(LARGE);
      }
      assertThat(client.isHungUpOn()).isTrue();
    }
  }

  @Test
  void theClientWhoLeavesWhileUpstreamIsAskedEndsTheCall() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Acts.stalled(AGREED, 20));
      var client = stage.client().send(ASK);
      stage.provider().awaitCalls(1);
      client.close();
      stage.provider().awaitConnections(0);
    }
  }

  @Test
  void whoDoesNotReadHoldsUpWhoWrites() throws Exception {
    int many = 2000;
    var chunk = RandomBytes.of(64 << 10);
    var sentDown = new AtomicInteger();
    var sentUp = new AtomicInteger();
    var gate = new Gate();
    try (var stage = Stage.set()) {
      stage.provider().next(flood(chunk, many, sentDown));
      stage
          .provider()
          .next(exchange -> {
            exchange.send(AGREED);
            gate.pass();
            exchange.close();
          });
      var reader = stage.client().send(ASK);
      reader.readInterimHead();
      var writer = stage.client().send(ASK);
      writer.readInterimHead();
      gate.awaitReached();
      Thread.ofVirtual()
          .start(() -> {
            for (int i = 0; i < many; i++) {
              send(writer, chunk);
              sentUp.incrementAndGet();
            }
          });
      // By when this has passed, the others would have, too, if nothing held them up.
      stage.provider().next(flood(chunk, many, new AtomicInteger()));
      var other = stage.client().send(ASK);
      other.readInterimHead();
      for (int i = 0; i < many; i++) {
        assertThat(other.in().readNBytes(chunk.length)).hasSize(chunk.length);
      }
      assertThat(sentDown.get()).isLessThan(many / 2);
      assertThat(sentUp.get()).isLessThan(many / 2);
      for (int i = 0; i < many; i++) {
        assertThat(reader.in().readNBytes(chunk.length)).isEqualTo(chunk);
      }
      gate.open();
    }
  }

  /** By when the last is read from the one, the line to the other is full: both hold megabytes. */
  @ParameterizedTest
  @ValueSource(ints = {4, 6, 8, 10, 12, 14, 16, 18})
  void whoIsGoneHasSaidAllBefore(int megabytes) throws Exception {
    int many = megabytes << 4;
    var chunk = RandomBytes.of(64 << 10);
    try (var stage = Stage.set()) {
      stage.provider().next(flood(chunk, many, new AtomicInteger()));
      var reader = stage.client().send(ASK);
      reader.readInterimHead();
      readAll(reader.in(), chunk, many);

      stage
          .provider()
          .next(exchange -> {
            exchange.send(AGREED);
            readAll(exchange.in(), chunk, many);
            exchange.close();
          });
      var writer = stage.client().send(ASK);
      writer.readInterimHead();
      for (int i = 0; i < many; i++) {
        writer.send(chunk);
      }
      writer.close();
      stage.provider().awaitConnections(0);
    }
  }

  private static void readAll(InputStream in, byte[] chunk, int many) throws IOException {
    for (int i = 0; i < many; i++) {
      assertThat(in.readNBytes(chunk.length)).as("chunk %d", i).isEqualTo(chunk);
    }
    assertThat(in.read()).isEqualTo(-1);
  }

  private static Act flood(byte[] chunk, int count, AtomicInteger sent) {
    return (Exchange exchange) -> {
      exchange.send(AGREED);
      for (int i = 0; i < count; i++) {
        exchange.send(chunk);
        sent.incrementAndGet();
      }
      exchange.close();
    };
  }

  @Test
  void silenceIsNoIdleness() throws Exception {
    var idle = Duration.ofMillis(100);
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.idle(idle)))) {
      stage
          .provider()
          .next(exchange -> {
            exchange.send(AGREED);
            Thread.sleep(idle.multipliedBy(8)); // what is tested is that time does nothing
            exchange.send("awake");
            exchange.awaitHangUp();
            exchange.close();
          });
      var client = stage.client().send(ASK);
      client.readInterimHead();
      assertThat(new String(client.in().readNBytes(5), UTF_8)).isEqualTo("awake");
    }
  }

  @Test
  void aGatewayThatStopsEndsThemInTime() throws Exception {
    var drain = Duration.ofMillis(200);
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.drain(drain)))) {
      stage
          .provider()
          .next(exchange -> {
            exchange.send(AGREED);
            exchange.awaitHangUp();
            exchange.close();
          });
      var client = stage.client().send(ASK);
      client.readInterimHead();
      stage.gateway().close();
      assertThat(client.isHungUpOn()).isTrue();
      stage.provider().awaitConnections(0);
    }
  }
}
