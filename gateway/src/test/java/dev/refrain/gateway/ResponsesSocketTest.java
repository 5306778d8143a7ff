package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.gateway.testing.ResponseReply;
import dev.refrain.gateway.testing.SocketCaller;
import dev.refrain.gateway.testing.SocketCaller.Farewell;
import dev.refrain.gateway.testing.SocketFrame;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses over a WebSocket: all passes as it is said, and the cache has no part in it. */
@Timeout(60)
final class ResponsesSocketTest {
  private static final String PATH = "/v1/responses";
  private static final String KEY = "sk-1";
  private static final String QUESTION = "\"model\":\"gpt-5\",\"store\":false,\"input\":\"Grüße?\"";
  private static final String CREATE = "{\"type\":\"response.create\"," + QUESTION + "}";

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** What a stream of events says, each as a message of its own. */
  private static List<String> events() {
    var events = new ArrayList<String>();
    for (var event : ResponseReply.PLAIN.stream()) {
      var data = event.lines().filter(line -> line.startsWith("data: ")).toList();
      events.add(data.getFirst().substring("data: ".length()));
    }
    return events;
  }

  /** Agrees, and answers each of some questions with events. */
  private static void answer(Exchange exchange, int questions) throws IOException {
    exchange.send(SocketFrame.agreement(exchange.head()));
    for (int i = 0; i < questions; i++) {
      assertThat(SocketFrame.readText(exchange.in())).isEqualTo(CREATE);
      for (var event : events()) {
        exchange.send(SocketFrame.text(event).bytes());
      }
    }
  }

  private SocketCaller call() throws Exception {
    return SocketCaller.to(stage.port(), PATH, KEY);
  }

  private static List<String> hear(SocketCaller caller) throws InterruptedException {
    var heard = new ArrayList<String>();
    for (int i = 0; i < events().size(); i++) {
      heard.add(caller.hear());
    }
    return heard;
  }

  @ParameterizedTest
  @CsvSource({"1000, ''", "1001, leaving", "3000, enough", "4999, Tschüß"})
  void aClientAsksHearsAndSaysFarewell(int code, String reason) throws Exception {
    var heard = new CompletableFuture<SocketFrame>();
    stage
        .provider()
        .next(exchange -> {
          answer(exchange, 2);
          var farewell = SocketFrame.read(exchange.in());
          heard.complete(farewell);
          exchange.send(new SocketFrame(true, SocketFrame.CLOSE, farewell.content()).bytes());
          exchange.close();
        });
    try (var caller = call()) {
      for (int i = 0; i < 2; i++) {
        caller.say(CREATE);
        assertThat(hear(caller)).isEqualTo(events());
      }
      caller.end(code, reason);
      assertThat(caller.farewell()).isEqualTo(new Farewell(code, reason));
    }
    assertThat(heard.get(20, TimeUnit.SECONDS))
        .usingRecursiveComparison()
        .isEqualTo(SocketFrame.close(code, reason));
    var head = stage.provider().call(0).head();
    assertThat(head.line()).isEqualTo("GET /v1/responses HTTP/1.1");
    assertThat(head.all("authorization")).containsExactly("Bearer " + KEY);
  }

  @ParameterizedTest
  @CsvSource({"1000, ''", "1008, no such model", "1011, server_error", "4001, Sitzung über 60 min"})
  void aVendorSaysFarewell(int code, String reason) throws Exception {
    var echo = new CompletableFuture<Integer>();
    stage
        .provider()
        .next(exchange -> {
          answer(exchange, 1);
          exchange.send(SocketFrame.close(code, reason).bytes());
          echo.complete(SocketFrame.read(exchange.in()).code());
          exchange.close();
        });
    try (var caller = call()) {
      caller.say(CREATE);
      assertThat(hear(caller)).isEqualTo(events());
      assertThat(caller.farewell()).isEqualTo(new Farewell(code, reason));
      assertThat(echo.get(20, TimeUnit.SECONDS)).isEqualTo(code);
    }
  }

  @Test
  void piecesOfAMessageAndWhatKeepsItAliveReachTheOtherSide() throws Exception {
    var event = events().getFirst();
    int middle = event.length() / 2;
    var pieces = new CompletableFuture<List<SocketFrame>>();
    stage
        .provider()
        .next(exchange -> {
          exchange.send(SocketFrame.agreement(exchange.head()));
          var begun = SocketFrame.read(exchange.in());
          var ended = SocketFrame.read(exchange.in());
          exchange.send(piece(false, SocketFrame.TEXT, event.substring(0, middle)));
          exchange.send(piece(true, SocketFrame.PING, "there?"));
          var alive = SocketFrame.read(exchange.in());
          exchange.send(piece(true, SocketFrame.CONTINUED, event.substring(middle)));
          pieces.complete(List.of(begun, ended, alive));
          exchange.awaitHangUp();
          exchange.close();
        });
    try (var caller = call()) {
      caller.say(CREATE);
      assertThat(caller.hear()).isEqualTo(event);
    }
    var came = pieces.get(20, TimeUnit.SECONDS);
    assertThat(came.stream().map(SocketFrame::kind))
        .containsExactly(SocketFrame.TEXT, SocketFrame.CONTINUED, SocketFrame.PONG);
    assertThat(came.stream().map(SocketFrame::last)).containsExactly(false, true, true);
    assertThat(came.get(0).text() + came.get(1).text()).isEqualTo(CREATE);
    assertThat(came.get(2).text()).isEqualTo("there?");
  }

  private static byte[] piece(boolean last, int kind, String text) {
    return new SocketFrame(last, kind, SocketFrame.text(text).content()).bytes();
  }

  /** Neither is anything told from the cache, nor is anything kept that others could be told. */
  @Test
  void theCacheHasNoPartInIt() throws Exception {
    var kept =
        Wire.post(PATH, "{" + QUESTION + ",\"stream\":true}", "authorization: Bearer " + KEY);
    var other = Wire.stream(List.of("data: {\"type\":\"error\",\"code\":\"x\"}\n\n"));
    for (var known : new boolean[] {false, true}) {
      int calls = stage.provider().calls();
      Act act =
          exchange -> {
            answer(exchange, 2);
            exchange.awaitHangUp();
            exchange.close();
          };
      stage.provider().next(act);
      stage.provider().next(act);
      for (int i = 0; i < 2; i++) {
        try (var caller = call()) {
          caller.say(CREATE);
          caller.say(CREATE);
          assertThat(hear(caller)).isEqualTo(events());
          assertThat(hear(caller)).isEqualTo(events());
        }
      }
      assertThat(stage.provider().calls()).isEqualTo(calls + 2);
      if (!known) {
        stage.provider().next(other);
        assertThat(stage.call(kept).isHit()).as("what was said on a WebSocket").isFalse();
        stage.provider().next(Wire.stream(ResponseReply.PLAIN.stream()));
        stage.call(kept);
      }
      assertThat(stage.call(kept).isHit()).isTrue();
    }
  }

  @Test
  void itIsSaidThatTheCacheHadNoPartInIt() throws Exception {
    stage
        .provider()
        .next(exchange -> {
          exchange.send(SocketFrame.agreement(exchange.head()));
          exchange.close();
        });
    var client =
        stage
            .client()
            .send(
                Wire.get(
                    PATH,
                    "connection: Upgrade",
                    "upgrade: websocket",
                    "sec-websocket-version: 13",
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="));
    var head = client.readInterimHead();
    assertThat(head.line()).startsWith("HTTP/1.1 101 ");
    assertThat(head.get("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(head.get("cache-status")).isEqualTo("refrain; fwd=bypass; detail=endpoint");
  }
}
