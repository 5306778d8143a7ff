package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2, over TLS and without, from the JDK's client. */
@Timeout(60)
final class Http2Test {
  private static final int ATTEMPTS = 20;
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final int BODY_MAX = 100_000;

  private Stage stage;
  private HttpClient client;

  @BeforeEach
  void set() throws Exception {
    var limits = new Limits(BODY_MAX, 8 << 20, 1000, Duration.ofMinutes(1), Limits.CANCEL);
    stage =
        Stage.set(
            setup -> setup.limits(limits).bounds(bounds -> bounds.body(Duration.ofMillis(200))));
    client = HttpClient.newBuilder().version(Version.HTTP_2).build();
    // The first request is an upgrade; those that follow are of HTTP/2 from their beginning.
    assertThat(get("/-/health").version()).isEqualTo(Version.HTTP_2);
  }

  @AfterEach
  void close() throws Exception {
    client.shutdownNow();
    stage.close();
  }

  @Test
  void theFirstRequestMayBeTheUpgrade() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (var fresh = HttpClient.newBuilder().version(Version.HTTP_2).build()) {
        if (i == 0) {
          stage.provider().next(REPLY);
        }
        var reply = fresh.send(request(Samples.CHAT, chat("Who?")), BodyHandlers.ofString());
        assertThat(reply.version()).isEqualTo(Version.HTTP_2);
        assertThat(reply.body()).isEqualTo(Samples.COMPLETION);
        stage.awaitCalm();
      }
    }
    assertThat(stage.provider().calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upgrade: h2c",
        "upgrade: H2C\r\nconnection: upgrade",
        "upgrade: h2c\r\nconnection: upgrade, http2-settings",
        "upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: !",
        "upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAM",
        "upgrade: h2c\r\nconnection: upgrade\r\nconnection: http2-settings\r\nhttp2-settings: ",
        "upgrade: h2c\r\nupgrade: websocket\r\nconnection: upgrade"
      })
  void halfAnUpgradeIsNone(String headers) throws Exception {
    stage.provider().next(REPLY);
    var first = Wire.post(Samples.CHAT, chat("Who?"), headers);
    var last = Wire.get("/-/health", "connection: close");
    var raw = stage.client().send(Wire.join(first, first, last));
    assertThat(raw.read().text()).isEqualTo(Samples.COMPLETION);
    assertThat(raw.read().isHit()).isTrue();
    assertThat(raw.read().status()).isEqualTo(200);
    assertThat(raw.isHungUpOn()).isTrue();
  }

  @Test
  void itIsAlsoSpokenOverTls(@TempDir Path folder) throws Exception {
    var proof = Proof.usual(folder);
    var tls = proof.tls();
    try (var own = Stage.set(setup -> setup.tls(tls))) {
      var base = "https://localhost:" + own.port();
      own.provider().next(REPLY);
      for (var version : Version.values()) {
        if (!version.name().startsWith("HTTP_3")) {
          var builder = HttpClient.newBuilder().version(version).sslContext(proof.trust());
          try (var secure = builder.build()) {
            var reply =
                secure.send(request(base, Samples.CHAT, chat("Who?")), BodyHandlers.ofString());
            assertThat(reply.version()).isEqualTo(version);
            assertThat(reply.body()).isEqualTo(Samples.COMPLETION);
          }
        }
        own.awaitCalm();
      }
      assertThat(own.provider().calls()).isEqualTo(1);
    }
  }

  @Test
  void chatsAreCached() throws Exception {
    stage.provider().next(REPLY);
    stage.provider().next(Wire.stream(events("Wo", "von")));
    assertThat(post(Samples.CHAT, chat("Who?")).body()).isEqualTo(Samples.COMPLETION);
    assertThat(post(Samples.CHAT, chat("Who?")).headers().firstValue("cache-status").orElse(""))
        .startsWith("refrain; hit");
    for (int i = 0; i < 2; i++) {
      assertThat(post(Samples.CHAT, chatStream("Whom?")).body())
          .isEqualTo(String.join("", events("Wo", "von")));
    }
  }

  @Test
  void manyStreamsShareOneConnection() throws Exception {
    var gate = new Gate();
    stage.provider().otherwise(Acts.held(gate, REPLY));
    var held = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < 100; i++) {
      held.add(
          client.sendAsync(request(Samples.CHAT, chat("Who " + i + "?")), BodyHandlers.ofString()));
    }
    stage.provider().awaitCalls(100);
    assertThat(get("/-/health").statusCode()).isEqualTo(200);
    gate.open();
    for (var reply : held) {
      assertThat(reply.get().body()).isEqualTo(Samples.COMPLETION);
    }
  }

  @Test
  void bodiesAreRelayedBothWays() throws Exception {
    var body = RandomBytes.of(3_000_003);
    stage.provider().next(exchange -> exchange.send(Wire.reply(200, exchange.readBody())));
    stage.provider().next(exchange -> exchange.send(Wire.reply(200, exchange.readBody())));
    var sized = request("/v1/files", BodyPublishers.ofByteArray(body));
    assertThat(client.send(sized, BodyHandlers.ofByteArray()).body()).isEqualTo(body);
    var unsized =
        request("/v1/files", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
    assertThat(client.send(unsized, BodyHandlers.ofByteArray()).body()).isEqualTo(body);
    assertThat(stage.provider().call(0).head().get("content-length")).isEqualTo("3000003");
    assertThat(stage.provider().call(1).head().get("transfer-encoding")).isEqualTo("chunked");
  }

  @Test
  void requestsWithoutABodyStayWithout() throws Exception {
    for (var method : new String[] {"GET", "DELETE", "POST", "HEAD"}) {
      stage.provider().next(Wire.reply(200, ""));
      var request = builder("/v1/files/7").method(method, BodyPublishers.noBody()).build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      var head = stage.provider().call(stage.provider().calls() - 1).head();
      assertThat(head.names()).doesNotContain("transfer-encoding");
      assertThat(head.get("content-length")).isIn("", "0");
    }
  }

  @Test
  void headersAreThoseOfTheProviderButForWhatIsOfTheConnection() throws Exception {
    stage
        .provider()
        .next(
            Wire.json(
                "{}",
                "X-Request-ID: req_1",
                "Keep-Alive: timeout=5",
                "Connection: keep-alive",
                "Upgrade: h2c",
                "X-Twice: a",
                "x-twice: b"));
    var headers = post("/v1/responses", "{}").headers();
    assertThat(headers.firstValue("x-request-id")).contains("req_1");
    assertThat(headers.allValues("x-twice")).containsExactly("a", "b");
    assertThat(headers.map().keySet())
        .doesNotContain("keep-alive", "connection", "upgrade", "transfer-encoding");
  }

  @Test
  void errorsAreToldAndLeaveTheConnectionInOrder() throws Exception {
    var large = "x".repeat(5 * BODY_MAX);
    for (int i = 0; i < 2; i++) {
      var tooLarge = post("/ask", large);
      assertThat(tooLarge.statusCode()).isEqualTo(413);
      assertThat(tooLarge.headers().map()).doesNotContainKey("connection");
      assertThat(post("/-/nothing", large).statusCode()).isEqualTo(404);
      assertThat(post("/-/health", large).statusCode()).isEqualTo(405);
      assertThat(get("/-/nothing").statusCode()).isEqualTo(404);
      assertThat(get("/-/health").body()).contains("ok");
    }
    var headers = builder("/v1/models").header("x-large", "x".repeat(40_000)).build();
    assertThat(statusOf(headers)).isEqualTo(431);
    var fits = builder("/-/health").header("x-large", "x".repeat(20_000)).build();
    assertThat(client.send(fits, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  /** The JDK's client forgets an answer if the reset behind it comes before it was read. */
  private int statusOf(HttpRequest request) throws Exception {
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return client.send(request, BodyHandlers.ofString()).statusCode();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("RST_STREAM");
      }
    }
    throw new AssertionError("reset each time, and never answered");
  }

  /** From another client, as the JDK's hears of no answer before it has sent all. */
  @Test
  void aBodyThatTricklesIsGivenUp() throws Exception {
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false); // but from the beginning, which is tested thereby
    var vertx = Vertx.vertx();
    try {
      var patient = vertx.createHttpClient(options);
      var reply =
          patient
              .request(HttpMethod.POST, stage.port(), "127.0.0.1", Samples.CHAT)
              .compose(request -> {
                request.setChunked(true).write("{\"model\":");
                return request.response().compose(PatientReply::of);
              });
      assertThat(get(reply).status()).isEqualTo(408);
      assertThat(Json.parse(get(reply).body()).get("error").get("code").text())
          .isEqualTo("request_timeout");
      var next = patient.request(HttpMethod.GET, stage.port(), "127.0.0.1", "/-/health");
      assertThat(get(next.compose(HttpClientRequest::send).compose(PatientReply::of)).status())
          .isEqualTo(200);
    } finally {
      get(vertx.close());
    }
  }

  /** A reply and the version in which it came. */
  private record PatientReply(int status, byte[] body) {
    static Future<PatientReply> of(HttpClientResponse reply) {
      assertThat(reply.version()).isEqualTo(HttpVersion.HTTP_2);
      return reply.body().map(body -> new PatientReply(reply.statusCode(), body.getBytes()));
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aReplyThatBreaksOffBreaksOffHere() throws Exception {
    for (var path : new String[] {Samples.CHAT, "/v1/responses"}) {
      for (var whole : new byte[][] {REPLY, Wire.stream(events("Wo", "von"))}) {
        boolean stream = !Arrays.equals(whole, REPLY);
        stage.provider().next(Acts.cut(whole, whole.length - 30));
        var body = stream ? chatStream("Who?") : chat("Who?");
        assertThatThrownBy(() -> post(path, body)).isInstanceOf(IOException.class);
        stage.awaitCalm();
        assertThat(get("/-/health").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void whoLeavesEndsHisStreamAlone() throws Exception {
    var stream = Wire.stream(events("Wo", "von"));
    for (var path : new String[] {Samples.CHAT, "/v1/responses"}) {
      stage.provider().next(Acts.stalled(stream, stream.length / 2));
      var reply = client.send(request(path, chatStream("Who?")), BodyHandlers.ofInputStream());
      reply.body().close();
      stage.awaitCalm();
      assertThat(get("/-/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whoReadsSlowlyHoldsUpTheProviderAndNobodyElse() throws Exception {
    var chunk = RandomBytes.of(64 << 10);
    int count = 300;
    var reply = Wire.chunked(200, Collections.nCopies(count, chunk));
    stage.provider().next(Acts.reply(reply));
    var slow = client.send(request("/v1/responses", "{}"), BodyHandlers.ofInputStream());
    assertThat(get("/-/health").statusCode()).isEqualTo(200);
    assertThat(stage.provider().underWay()).isEqualTo(1);
    try (var body = slow.body()) {
      for (int i = 0; i < count; i++) {
        assertThat(Arrays.equals(body.readNBytes(chunk.length), chunk)).isTrue();
      }
      assertThat(body.read()).isNegative();
    }
    Poll.until("all was sent", () -> stage.provider().underWay() == 0);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(builder(path).GET().build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    var reply = client.send(request(path, body), BodyHandlers.ofString());
    stage.awaitCalm();
    return reply;
  }

  private HttpRequest request(String path, String body) {
    return request(path, BodyPublishers.ofString(body));
  }

  private HttpRequest request(String path, HttpRequest.BodyPublisher body) {
    return builder(path).POST(body).build();
  }

  private HttpRequest.Builder builder(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stage.port() + path));
  }

  private static HttpRequest request(String base, String path, String body) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .POST(BodyPublishers.ofString(body))
        .build();
  }
}
