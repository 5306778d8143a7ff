package dev.refrain.gateway;

import static io.netty.handler.codec.http.HttpResponseStatus.PROCESSING;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Poll;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An upstream that is not ours, over HTTP/2 and with real WebSockets. */
@Timeout(60)
final class Http2UpstreamTest {
  private final Set<HttpVersion> versions = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    vertx = Vertx.vertx();
    var server = get(serve().listen(0, "127.0.0.1"));
    var url = URI.create("http://127.0.0.1:" + server.actualPort());
    stage = Stage.set(setup -> setup.http2Upstream("modern", url));
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = stage) {
      assertThat(closed.provider().calls()).isZero();
    } finally {
      get(vertx.close());
    }
  }

  private HttpServer serve() {
    return vertx
        .createHttpServer(new HttpServerOptions().setMaxWebSocketFrameSize(1 << 20))
        .webSocketHandler(socket -> {
          said.add(socket.path() + " " + socket.headers().get("authorization"));
          socket.textMessageHandler(text -> socket.writeTextMessage("you said " + text));
          socket.binaryMessageHandler(socket::writeBinaryMessage);
          socket.pongHandler(pong -> said.add("pong " + pong));
          socket.closeHandler(
              closed -> said.add(socket.closeStatusCode() + " " + socket.closeReason()));
          if (socket.path().endsWith("/bye")) {
            socket.close((short) 4001, "session expired");
          } else {
            socket.writePing(Buffer.buffer("p"));
          }
        })
        .requestHandler(request -> {
          versions.add(request.version());
          answer(request);
        });
  }

  private static void answer(HttpServerRequest request) {
    var response = request.response();
    switch (request.path()) {
      case "/v1/early" -> response.setStatusCode(413).end("no");
      case "/v1/hints" ->
          response
              .writeEarlyHints(MultiMap.caseInsensitiveMultiMap().add("link", "</a>"))
              .onSuccess(hinted -> response.end("late"));
      case "/v1/processing" -> {
        var interim = new DefaultHttpResponse(HTTP_1_1, PROCESSING);
        interim.headers().add("x-progress", "half");
        InterimReply.pass(request, interim);
        response.end("at last");
      }
      case "/v1/trailers" -> {
        response.setChunked(true).putTrailer("x-sum", "7");
        response.end("abc");
      }
      case Samples.CHAT ->
          response.putHeader("content-type", "application/json").end(Samples.COMPLETION);
      default -> request.body().onSuccess(response::end);
    }
  }

  @Test
  void whatIsRelayedIsTheSame() throws Exception {
    var body = RandomBytes.of(3_000_003);
    var client = stage.client();
    assertThat(client.call(Wire.post("/modern/v1/echo", body)).body()).isEqualTo(body);
    assertThat(client.call(Wire.post("/modern/v1/echo", new byte[0])).body()).isEmpty();
    assertThat(client.call(Wire.get("/modern/v1/hints")).text()).isEqualTo("late");
    assertThat(versions).containsExactly(HttpVersion.HTTP_2);
  }

  @Test
  void hintsAndTrailersPass() throws Exception {
    var client = stage.client().send(Wire.get("/modern/v1/hints"));
    assertThat(client.readInterimHead().get("link")).isEqualTo("</a>");
    assertThat(client.read().text()).isEqualTo("late");
    client.send(Wire.get("/modern/v1/trailers"));
    assertThat(client.readHead().get("transfer-encoding")).isEqualTo("chunked");
    var rest = "3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n";
    assertThat(new String(client.in().readNBytes(rest.length()), UTF_8)).isEqualTo(rest);
  }

  @Test
  void whatIsNoReplyYetIsPassedOnAndNotTakenForOne() throws Exception {
    for (int i = 0; i < 2; i++) {
      var client = stage.client().send(Wire.get("/modern/v1/processing"));
      var interim = client.readInterimHead();
      assertThat(interim.line()).isEqualTo("HTTP/1.1 102 Processing");
      assertThat(interim.get("x-progress")).isEqualTo("half");
      assertThat(client.read().text()).isEqualTo("at last");
    }
  }

  /** Both calls are on the same connection. */
  @Test
  void whatIsNoReplyYetIsForHimAloneWhoAsked() throws Exception {
    var other = stage.client();
    other.send(Wire.head("POST /modern/v1/echo HTTP/1.1", "host: x", "transfer-encoding: chunked"));
    other.send(Wire.chunk("first".getBytes(UTF_8)));
    Poll.until("it is there", () -> !versions.isEmpty());
    var client = stage.client().send(Wire.get("/modern/v1/processing"));
    assertThat(client.readInterimHead().line()).isEqualTo("HTTP/1.1 102 Processing");
    assertThat(client.read().text()).isEqualTo("at last");
    other.send("0\r\n\r\n");
    assertThat(other.readInterimHead().line()).isEqualTo("HTTP/1.1 200 OK");
  }

  @Test
  void aChatIsCached() throws Exception {
    var chat = Wire.post("/modern" + Samples.CHAT, Samples.chat("Who?"));
    assertThat(stage.call(chat).isHit()).isFalse();
    var hit = stage.call(chat);
    assertThat(hit.isHit()).isTrue();
    assertThat(hit.text()).isEqualTo(Samples.COMPLETION);
  }

  /** The others are on the same connection. */
  @Test
  void aRequestThatIsAnsweredEarlyEndsAlone() throws Exception {
    var other = stage.client();
    other.send(Wire.head("POST /modern/v1/echo HTTP/1.1", "host: x", "transfer-encoding: chunked"));
    other.send(Wire.chunk("first".getBytes(UTF_8)));
    var early = stage.client();
    early.send(Wire.head("POST /modern/v1/early HTTP/1.1", "host: x", "content-length: 9000"));
    assertThat(early.read().status()).isEqualTo(413);
    early.close();
    other.send(Wire.chunk("second".getBytes(UTF_8))).send("0\r\n\r\n");
    assertThat(other.read().text()).isEqualTo("firstsecond");
  }

  @Test
  void webSocketsAreUnderstoodOnBothSides() throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var ears = new Ears();
      var url = URI.create("ws://127.0.0.1:" + stage.port() + "/modern/v1/realtime?model=x");
      var socket =
          http.newWebSocketBuilder()
              .header("authorization", "Bearer sk-1")
              .buildAsync(url, ears)
              .get(20, TimeUnit.SECONDS);
      assertThat(said.poll(20, TimeUnit.SECONDS)).isEqualTo("/v1/realtime Bearer sk-1");
      assertThat(said.poll(20, TimeUnit.SECONDS)).isEqualTo("pong p");
      socket.sendText("Grü", false).get(20, TimeUnit.SECONDS);
      socket.sendText("ße", true).get(20, TimeUnit.SECONDS);
      assertThat(ears.next()).isEqualTo("text you said Grüße");
      var binary = RandomBytes.of(100_000);
      socket.sendBinary(ByteBuffer.wrap(binary), true).get(20, TimeUnit.SECONDS);
      assertThat(ears.next()).isEqualTo("binary 100000");
      socket.sendClose(4000, "enough").get(20, TimeUnit.SECONDS);
      assertThat(said.poll(20, TimeUnit.SECONDS)).isEqualTo("4000 enough");
    }
  }

  @Test
  void theCloseOfUpstreamReachesTheClient() throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var ears = new Ears();
      var url = URI.create("ws://127.0.0.1:" + stage.port() + "/modern/v1/bye");
      http.newWebSocketBuilder().buildAsync(url, ears).get(20, TimeUnit.SECONDS);
      assertThat(ears.next()).isEqualTo("close 4001 session expired");
    }
  }

  /** Notes what comes. */
  private static final class Ears implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private int bytes;

    String next() throws InterruptedException {
      return heard.poll(20, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        heard.add("text " + text);
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      bytes += data.remaining();
      if (last) {
        heard.add("binary " + bytes);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      heard.add("close " + code + " " + reason);
      return null;
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
