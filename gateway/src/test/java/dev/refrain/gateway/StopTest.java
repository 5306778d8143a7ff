package dev.refrain.gateway;

import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.GOAWAY;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.RST_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.WINDOW_UPDATE;
import static dev.refrain.gateway.testing.RawHttp2.headers;
import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Threads;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that is stopped finishes what it has begun, and begins nothing more. */
@Timeout(60)
final class StopTest {
  private static final byte[] STREAM = Wire.stream(events("Wo", "von", "man"));
  private static final String EVENTS = String.join("", events("Wo", "von", "man"));

  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/v1/responses"})
  void aStreamUnderWayIsFinished(String path) throws Exception {
    try (var stage = Stage.set()) {
      var gate = new Gate();
      stage.provider().next(Acts.halted(gate, STREAM, STREAM.length / 2));
      var client = stage.client().send(Wire.post(path, chatStream("Who?")));
      var head = client.readHead();
      var closing = closing(stage);
      awaitRefusal(stage.port());
      assertThat(closing.isAlive()).isTrue();
      gate.open();

      var reply = client.readBody(head);
      assertThat(reply.whole()).isTrue();
      assertThat(reply.text()).isEqualTo(EVENTS);
      assertThat(client.isHungUpOn()).isTrue();
      closing.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/v1/responses"})
  void aRequestThatWaitsForItsReplyIsAnswered(String path) throws Exception {
    try (var stage = Stage.set()) {
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, Wire.json(Samples.COMPLETION)));
      var client = stage.client().send(Wire.post(path, chat("Who?")));
      gate.awaitReached();
      var closing = closing(stage);
      awaitRefusal(stage.port());
      gate.open();
      assertThat(client.read().text()).isEqualTo(Samples.COMPLETION);
      closing.join();
    }
  }

  /** The client may have sent it before he could read that there must be no more. */
  @Test
  void aRequestOverHttp2ThatComesTooLateCostsNoOtherItsAnswer() throws Exception {
    try (var stage = Stage.set()) {
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, Wire.json(Samples.COMPLETION)));
      var connection = RawHttp2.on(stage.client());
      var body = chat("Who?").getBytes(UTF_8);
      connection.send(HEADERS, END_HEADERS, 1, headers("POST", Samples.CHAT));
      connection.send(DATA, END_STREAM, 1, body);
      gate.awaitReached();
      var closing = closing(stage);
      connection.await(GOAWAY);
      connection.send(HEADERS, END_HEADERS, 3, headers("POST", Samples.CHAT));
      assertThat(connection.await(RST_STREAM).stream()).isEqualTo(3);
      connection.send(DATA, 0, 3, body).send(DATA, END_STREAM, 3, body);
      connection.send(WINDOW_UPDATE, 0, 3, new byte[] {0, 0, 0, 1});
      connection.send(RST_STREAM, 0, 3, new byte[4]);
      gate.open();
      var answer = connection.await(DATA);
      assertThat(answer.stream()).isEqualTo(1);
      assertThat(new String(answer.payload(), UTF_8)).isEqualTo(Samples.COMPLETION);
      closing.join();
    }
  }

  @Test
  void aRequestThatIsHalfSentIsAnswered() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      var request = Wire.post(Samples.CHAT, chat("Who?"));
      var client = stage.client();
      int half = request.length - 20;
      client.send(Arrays.copyOf(request, half));
      for (int i = 0; i < 8; i++) { // by when each event loop has read what came before
        stage.call(Wire.get("/-/health"));
      }
      var closing = closing(stage);
      awaitRefusal(stage.port());
      client.send(Arrays.copyOfRange(request, half, request.length));
      assertThat(client.read().text()).isEqualTo(Samples.COMPLETION);
      closing.join();
    }
  }

  @Test
  void aRequestThatIsHalfSentOnTheExpressLaneIsAnswered() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      var request = Wire.post(Samples.CHAT, chat("Who?"));
      for (int i = 0; i < 8; i++) { // by when each event loop knows the head
        stage.call(request);
      }
      var client = stage.client();
      int half = request.length - 20;
      client.send(Arrays.copyOf(request, half));
      Poll.until("the head is there", () -> stage.gateway().bodiesBytes() > 0);
      var closing = closing(stage);
      awaitRefusal(stage.port());
      client.send(Arrays.copyOfRange(request, half, request.length));
      assertThat(client.read().isHit()).isTrue();
      closing.join();
    }
  }

  @Test
  void aLongAnswerFromTheCacheIsFinished() throws Exception {
    try (var stage = Stage.set()) {
      var text = Base64.getEncoder().encodeToString(RandomBytes.of(5_000_000));
      var completion = Samples.COMPLETION.replace("Grüße", text);
      stage.provider().next(Wire.json(completion));
      stage.chat(chat("Who?"));
      var client = stage.client().send(Wire.post(Samples.CHAT, chat("Who?")));
      var head = client.readHead(); // the rest does not fit into the socket, and so waits for us
      var closing = closing(stage);
      awaitRefusal(stage.port());
      var reply = client.readBody(head);
      assertThat(reply.whole()).isTrue();
      assertThat(reply.text()).isEqualTo(completion);
      closing.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/v1/responses"})
  void aLongStreamIsFinished(String path) throws Exception {
    try (var stage = Stage.set()) {
      var chunk = RandomBytes.of(64 << 10);
      var chunks = Collections.nCopies(150, chunk);
      stage.provider().next(Wire.chunked(200, chunks, "content-type: text/event-stream"));
      var client = stage.client().send(Wire.post(path, chatStream("Who?")));
      var head = client.readHead();
      var closing = closing(stage);
      awaitRefusal(stage.port());
      var reply = client.readBody(head);
      assertThat(reply.whole()).isTrue();
      assertThat(reply.body()).hasSize(150 * chunk.length);
      closing.join();
    }
  }

  @Test
  void whoOnlyKeepsAConnectionHoldsNobodyUp() throws Exception {
    try (var stage = Stage.set()) {
      var clients = List.of(stage.client(), stage.client(), stage.client());
      clients.get(0).call(Wire.get("/-/health"));
      clients.get(1).send("POST /v1/chat/completions HT");
      long began = System.nanoTime();
      stage.gateway().close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      for (var client : clients) {
        assertThat(client.isHungUpOn()).isTrue();
      }
    }
  }

  @Test
  void whatTakesTooLongIsCutOff() throws Exception {
    try (var stage =
        Stage.set(setup -> setup.bounds(bounds -> bounds.drain(Duration.ofMillis(200))))) {
      stage.provider().next(Acts.stalled(STREAM, STREAM.length / 2));
      stage.provider().next(Acts.stalled(STREAM, STREAM.length / 2));
      stage.provider().next(Acts.stalled(STREAM, 0));
      var begun = stage.client().send(Wire.post(Samples.CHAT, chatStream("Who?")));
      var head = begun.readHead();
      var relayed = stage.client().send(Wire.post("/v1/responses", "{}"));
      var relayedHead = relayed.readHead();
      var waiting = stage.client().send(Wire.post(Samples.CHAT, chatStream("Whom?")));
      stage.provider().awaitCalls(3);
      stage.gateway().close();
      assertThat(begun.readBody(head).whole()).isFalse();
      assertThat(relayed.readBody(relayedHead).whole()).isFalse();
      assertThat(waiting.isHungUpOn()).isTrue();
      stage.provider().awaitConnections(0);
      Poll.until("no thread is left", () -> Threads.named("call", "flight").isEmpty());
    }
  }

  @Test
  void itMayBeStoppedTwice() throws Exception {
    try (var stage = Stage.set()) {
      stage.gateway().close();
      stage.gateway().close();
    }
  }

  @Test
  void whoIsToldThatThePortIsTakenIsToldSo() throws Exception {
    try (var stage = Stage.set()) {
      var setup = Setup.before(stage.provider()).port(stage.port());
      assertThatThrownBy(() -> Gateway.start(setup.loaded()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
      assertThat(stage.call(Wire.get("/-/health")).status()).isEqualTo(200);
    }
  }

  private static Thread closing(Stage stage) {
    return Thread.ofVirtual().start(() -> stage.gateway().close());
  }

  private static void awaitRefusal(int port) throws InterruptedException {
    Poll.until("new connections are refused", () -> isRefused(port));
  }

  private static boolean isRefused(int port) {
    try {
      RawClient.to(port).close();
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
