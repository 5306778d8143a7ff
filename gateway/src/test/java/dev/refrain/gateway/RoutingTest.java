package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which upstream is asked: that is decided by the configuration, never by the request alone. */
@Timeout(60)
final class RoutingTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);

  private FakeProvider other;
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    other = FakeProvider.start();
    stage =
        Stage.set(setup ->
            setup
                .upstream("other", URI.create(other.url() + "/base/path"), "other-*", "exact")
                .upstream("slashed", URI.create(other.url() + "/"))
                .upstreamOf("/v1/audio/*", "audio", other.url()));
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = other) {
      stage.close();
      closed.awaitConnections(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/other/v1/chat/completions?a=b, gpt-test, /base/path/v1/chat/completions?a=b",
    "/other/v1/models, '', /base/path/v1/models",
    "/slashed/v1/chat/completions, gpt-test, /v1/chat/completions",
    "/v1/chat/completions, other-7, /base/path/v1/chat/completions",
    "/v1/chat/completions, exact, /base/path/v1/chat/completions",
    "/v1/audio/speech?a=b, gpt-test, /v1/audio/speech?a=b"
  })
  void theOtherIsAsked(String path, String model, String target) throws Exception {
    other.next(REPLY);
    stage.call(Wire.post(path, chat("Who?").replace("gpt-test", model)));
    assertThat(other.call(0).head().line()).isEqualTo("POST " + target + " HTTP/1.1");
    assertThat(other.call(0).head().get("host")).isEqualTo(other.url().getAuthority());
    assertThat(stage.provider().calls()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, other",
    "/v1/chat/completions, exacter",
    "/v1/chat/completions, gpt-test",
    "/openai/v1/chat/completions, other-7",
    "/anthropic/v1/messages, x",
    "/v1/messages, x",
    "/v1/batches, other-7",
    "/v1/audio, gpt-test",
    "/openai/v1/audio/speech, gpt-test"
  })
  void theOneIsAsked(String path, String model) throws Exception {
    stage.provider().next(REPLY);
    stage.call(Wire.post(path, chat("Who?").replace("gpt-test", model)));
    assertThat(stage.provider().calls()).isEqualTo(1);
    assertThat(other.calls()).isZero();
  }

  /** Without us he would have sent it, and his credential, to this upstream and to no other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions {\"model\":\"other-7\",\"messages\":[],\"max_tokens\":\"256\"}",
        "/v1/chat/completions {\"messages\":[],\"messages\":[],\"model\":\"other-7\"}",
        "/v1/embeddings {\"model\":\"other-7\",\"input\":[{\"text\":\"a\"}]}",
        "/v1/embeddings {\"model\":\"other-7\",\"input\":\"a\",\"encoding_format\":\"bytes\"}",
        "/v1/images/generations {\"model\":\"other-7\",\"n\":\"many\"}",
        "/v1beta/models/other-7:generateContent {}"
      })
  void theModelLeadsWhatIsNotUnderstoodToo(String call) throws Exception {
    var parts = call.split(" ", 2);
    other.next(REPLY);
    var reply = stage.call(Wire.post(parts[0], parts[1]));
    assertThat(reply.header("cache-status")).contains("detail=unparsable");
    assertThat(other.call(0).readBody()).asString(UTF_8).isEqualTo(parts[1]);
    assertThat(stage.provider().calls()).isZero();
  }

  @Test
  void theModelLeadsACallWithTagsThatAreNone() throws Exception {
    other.next(REPLY);
    var tag = "refrain-tag: " + "x".repeat(300);
    stage.chat(chat("Who?").replace("gpt-test", "other-7"), tag);
    assertThat(other.calls()).isEqualTo(1);
  }

  @Nested
  @Timeout(60)
  class OfLargeBodies {
    private static final int BYTES_MAX = 100_000;

    private Stage small;

    @BeforeEach
    void set() throws Exception {
      var limits =
          new Limits(
              BYTES_MAX, Limits.DEFAULT.replyBytesMax(), 10, Duration.ofMinutes(1), Limits.FINISH);
      small =
          Stage.set(setup ->
              setup
                  .limits(limits)
                  .upstream("other", other.url(), "other-*")
                  .upstreamOf("/v1/audio/speech", "audio", other.url()));
    }

    @AfterEach
    void close() throws Exception {
      small.close();
    }

    private static String large(String beginning) {
      return "{" + beginning + "\"messages\":\"" + "x".repeat(3 * BYTES_MAX) + "\"}";
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theModelLeadsThemIfItComesFirst(boolean announced) throws Exception {
      var body = large("\"model\":\"other-7\",");
      other.next(REPLY);
      var request = announced ? Wire.post(Samples.CHAT, body) : inChunks(body);
      assertThat(small.call(request).header("cache-status")).contains("detail=body-too-large");
      assertThat(new String(other.call(0).readBody(), UTF_8)).isEqualTo(body);

      var mine = large("\"model\":\"gpt-test\",");
      small.provider().next(REPLY);
      small.call(Wire.post(Samples.CHAT, mine));
      assertThat(small.provider().call(0).readBody()).asString(UTF_8).isEqualTo(mine);
    }

    private static byte[] inChunks(String body) {
      return Wire.join(
          Wire.head("POST " + Samples.CHAT + " HTTP/1.1", "host: x", "transfer-encoding: chunked"),
          Wire.chunk(body.getBytes(UTF_8)),
          Wire.chunk(new byte[0]));
    }

    @Test
    void theModelLeadsFormsIfItComesFirst() throws Exception {
      var form =
          """
          --B
          Content-Disposition: form-data; name="model"

          other-7
          --B
          Content-Disposition: form-data; name="file"; filename="a.wav"

          %s
          --B--
          """
              .formatted("x".repeat(3 * BYTES_MAX))
              .replace("\n", "\r\n");
      other.next(REPLY);
      var type = "content-type: multipart/form-data; boundary=B";
      small.call(Wire.post("/v1/audio/transcriptions", form, type));
      assertThat(other.call(0).readBody()).asString(UTF_8).isEqualTo(form);
    }

    @Test
    void thePathLeadsThemIfNoModelDoes() throws Exception {
      var body = large("");
      other.next(REPLY);
      small.call(Wire.post("/v1/audio/speech", body));
      assertThat(other.call(0).readBody()).asString(UTF_8).isEqualTo(body);
    }

    @Test
    void theyGoNowhereIfNobodyCanTellTheirModel() throws Exception {
      var refused = small.call(Wire.post(Samples.CHAT, large("")));
      UpstreamErrorTest.assertFailure(refused, 413, "body_too_large");
      assertThat(refused.text()).contains("/NAME/v1/");
      assertThat(other.calls()).isZero();
      assertThat(small.provider().calls()).isZero();
      other.next(REPLY);
      small.call(Wire.post("/other" + Samples.CHAT, large("")));
      assertThat(other.calls()).isEqualTo(1);
    }
  }

  @Test
  void nothingInARequestLeadsElsewhere() throws Exception {
    var evil = other.url().getAuthority();
    for (var target :
        new String[] {
          Samples.CHAT,
          "http://" + evil + Samples.CHAT,
          "HTTP://" + evil + Samples.CHAT,
          "/v1/models",
          "http://" + evil + "/v1/models",
          "/v1/models?host=" + evil,
          "/v1//" + evil + "/x",
          "/v1/http://" + evil + "/x",
          "/v1/models@" + evil,
          "/v1/@" + evil,
          "http://user:password@" + evil + "/v1/models",
          "https://" + evil + "/v1/models",
          "ftp://" + evil + "/v1/models",
          "/v1/models#@" + evil,
          "/v1/models?url=http://" + evil
        }) {
      stage.provider().next(REPLY);
      int call = stage.provider().calls();
      var request =
          Wire.join(
              Wire.head(
                  "POST " + target + " HTTP/1.1",
                  "Host: " + evil,
                  "X-Forwarded-Host: " + evil,
                  "X-Forwarded-Proto: https",
                  "Forwarded: host=" + evil,
                  "X-Original-URL: http://" + evil + "/",
                  "content-length: 2"),
              "{}".getBytes());
      assertThat(stage.call(request).status()).as(target).isEqualTo(200);
      var head = stage.provider().call(call).head();
      assertThat(head.all("host")).containsExactly(stage.provider().url().getAuthority());
      assertThat(head.line()).startsWith("POST /v1/");
    }
    assertThat(other.calls()).isZero();
  }

  /** The target is put behind the configured URL; it never is one. */
  @ParameterizedTest
  @ValueSource(strings = {"//%s/v1/x", "/@%s/v1/x", "/:80@%s/x", "/%%00@%s", "/\\\\%s/x", "/.%s/"})
  void noTargetIsTakenForAnotherHost(String target) throws Exception {
    var path = target.formatted(other.url().getAuthority());
    stage.provider().next(REPLY);
    assertThat(stage.call(Wire.get(path)).status()).isEqualTo(200);
    assertThat(stage.provider().call(0).head().line()).isEqualTo("GET " + path + " HTTP/1.1");
    other.next(REPLY);
    assertThat(stage.call(Wire.get("/slashed" + path)).status()).isEqualTo(200);
    assertThat(other.call(0).head().line()).isEqualTo("GET " + path + " HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT"})
  void whatWouldShowOrLeadAnythingIsRefused(String method) throws Exception {
    for (var path : new String[] {"/v1/models", "/other/v1/models", "/"}) {
      var reply = stage.call(Wire.head(method + " " + path + " HTTP/1.1", "host: x"));
      assertThat(reply.status()).isEqualTo(405);
      assertThat(reply.header("allow")).contains("GET", "POST");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT %s HTTP/1.1", "CONNECT /v1/models HTTP/1.1", "GET %s HTTP/1.1"})
  void noTunnelIsDug(String line) throws Exception {
    var request = Wire.head(line.formatted(other.url().getAuthority()), "host: x");
    stage.provider().otherwise(exchange -> exchange.send(Wire.reply(405, "")));
    try (var client = stage.client()) {
      client.send(request);
      assertThat(client.readHead().line()).matches("HTTP/1.1 4\\d\\d .*");
    }
    assertThat(other.calls()).isZero();
  }

  @Test
  void answersOfDifferentUpstreamsAreNotShared() throws Exception {
    stage.provider().next(REPLY);
    stage.chat(chat("Who?"));
    other.next(REPLY);
    var elsewhere = Wire.post("/other" + Samples.CHAT, chat("Who?"));
    assertThat(stage.call(elsewhere).isHit()).isFalse();
    assertThat(stage.call(elsewhere).isHit()).isTrue();
    assertThat(stage.chat(chat("Who?")).isHit()).isTrue();
  }
}
