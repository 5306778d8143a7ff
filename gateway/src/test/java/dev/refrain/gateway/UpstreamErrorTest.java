package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong upstream reaches the client as it is, and is never kept. */
@Timeout(60)
final class UpstreamErrorTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);

  @ParameterizedTest
  @ValueSource(ints = {201, 301, 400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 529, 599})
  void anErrorIsPassedOnAndNotKept(int status) throws Exception {
    try (var stage = Stage.set()) {
      var error = "{\"error\": {\"message\": \"Nö\", \"code\": null}}";
      var headers =
          new String[] {
            "retry-after: 7", "x-ratelimit-remaining-requests: 0", "X-Request-Id: req_1",
            "date: Mon, 01 Jan 2024 00:00:00 GMT", "location: http://elsewhere/", "set-cookie: a=b"
          };
      stage.provider().next(Wire.json(status, error, headers));
      var reply = stage.chat(chat("Who?"));

      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.text()).isEqualTo(error);
      assertThat(reply.cacheStatus()).isEqualTo("refrain; fwd=miss");
      for (var header : headers) {
        var parts = header.split(": ", 2);
        assertThat(reply.head().all(parts[0])).containsExactly(parts[1]);
      }
      stage.provider().next(REPLY);
      assertThat(stage.chat(chat("Who?")).isHit()).isFalse();
      assertThat(stage.chat(chat("Who?")).isHit()).isTrue();
    }
  }

  @Test
  void aProviderThatIsDownIsToldOf() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().stopListening();
      assertFailure(stage.chat(chat("Who?")), 502, "upstream_unreachable");
      assertFailure(stage.chat(chatStream("Who?")), 502, "upstream_unreachable");
      assertFailure(stage.call(Wire.get("/v1/models")), 502, "upstream_unreachable");
      for (var request :
          List.of(Wire.post("/v1/messages", "{}"), Wire.get("/anthropic/v1/models"))) {
        var anthropic = stage.call(request);
        assertThat(anthropic.status()).isEqualTo(502);
        assertThat(Json.parse(anthropic.body()).get("error").get("type").text())
            .isEqualTo("api_error");
      }
    }
  }

  @Test
  void aProviderThatCannotBeFoundIsToldOf() throws Exception {
    var nowhere = URI.create("http://no-such-host.invalid");
    try (var stage = Stage.set(setup -> setup.upstream("nowhere", nowhere))) {
      var request = Wire.post("/nowhere" + Samples.CHAT, chat("Who?"));
      assertFailure(stage.call(request), 502, "upstream_unreachable");
      assertFailure(stage.call(Wire.get("/nowhere/v1/models")), 502, "upstream_unreachable");
    }
  }

  @Test
  void aProviderThatSpeaksNoHttpIsToldOf() throws Exception {
    try (var stage = Stage.set()) {
      var request = Wire.post(Samples.CHAT, chat("Who?"));
      for (var noise :
          new String[] {"SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 abc\r\n\r\n", "\0\1\2\3\r\n\r\n"}) {
        stage.provider().next(Acts.cut(noise.getBytes(UTF_8), noise.length()));
        stage.provider().next(Acts.cut(noise.getBytes(UTF_8), noise.length()));
        assertFailure(stage.call(request), 502, "upstream_unreachable");
        assertFailure(stage.call(Wire.get("/v1/models")), 502, "upstream_unreachable");
      }
    }
  }

  @Test
  void aHeadThatIsTooLargeIsAnErrorToo() throws Exception {
    try (var stage = Stage.set()) {
      var large = Wire.json(Samples.COMPLETION, "x-large: " + "x".repeat(40_000));
      stage.provider().next(large);
      assertFailure(stage.chat(chat("Who?")), 502, "upstream_unreachable");
    }
  }

  @ParameterizedTest
  @CsvSource({"0,504", "30,504"})
  void aProviderThatSaysNothingIsGivenUp(int length, int status) throws Exception {
    try (var stage =
        Stage.set(setup -> setup.bounds(bounds -> bounds.firstByte(Duration.ofMillis(100))))) {
      stage.provider().next(Acts.stalled(REPLY, length));
      assertFailure(stage.chat(chat("Who?")), status, "upstream_timeout");
      stage.provider().next(Acts.stalled(REPLY, length));
      assertFailure(
          stage.chat(chat("Who?"), "cache-control: no-store"), status, "upstream_timeout");
      stage.provider().next(Acts.stalled(REPLY, length));
      assertFailure(stage.call(Wire.get("/v1/models")), status, "upstream_timeout");
      stage.provider().next(Acts.stalled(REPLY, length));
      assertFailure(stage.call(Wire.post("/v1/responses", "{}")), status, "upstream_timeout");
      stage.provider().next(REPLY);
      assertThat(stage.chat(chat("Who?")).isHit()).isFalse();
    }
  }

  @Test
  void aReplyThatStallsIsCutOff() throws Exception {
    try (var stage =
        Stage.set(setup -> setup.bounds(bounds -> bounds.firstByte(Duration.ofMillis(100))))) {
      stage.provider().otherwise(Acts.stalled(REPLY, REPLY.length - 10));
      var body = Samples.COMPLETION.getBytes(UTF_8);
      for (var header : new String[] {"x: y", "cache-control: no-store"}) {
        var reply = stage.chat(chat("Who?"), header);
        assertThat(reply.whole()).isFalse();
        assertThat(reply.body()).hasSize(body.length - 10);
      }
    }
  }

  @Test
  void whatIsCompressedUnaskedIsPassedOnAndNotKept() throws Exception {
    try (var stage = Stage.set()) {
      var zipped = new ByteArrayOutputStream();
      try (var out = new GZIPOutputStream(zipped)) {
        out.write(Samples.COMPLETION.getBytes(UTF_8));
      }
      var type = new String[] {"content-type: application/json", "content-encoding: gzip"};
      var reply = Wire.reply(200, zipped.toByteArray(), type);
      for (int i = 0; i < 2; i++) {
        stage.provider().next(reply);
        var answer = stage.chat(chat("Who?"), "Accept-Encoding: gzip, br");
        assertThat(answer.body()).isEqualTo(zipped.toByteArray());
        assertThat(answer.header("content-encoding")).isEqualTo("gzip");
        assertThat(answer.isHit()).isFalse();
      }
      assertThat(stage.provider().call(0).head().all("accept-encoding"))
          .containsExactly("identity");
    }
  }

  @Test
  void whatIsNotWhatWasAskedForIsPassedOnAndNotKept() throws Exception {
    try (var stage = Stage.set()) {
      for (int i = 0; i < 2; i++) {
        stage.provider().next(REPLY);
        var answer = stage.chat(chatStream("Who?"));
        assertThat(answer.text()).isEqualTo(Samples.COMPLETION);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.isHit()).isFalse();
      }
      for (int i = 0; i < 2; i++) {
        stage.provider().next(Wire.stream(events("Wo")));
        assertThat(stage.chat(chat("Whom?")).isHit()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "",
        "null",
        "{\"error\":{\"message\":\"overloaded\"}}",
        "{\"choices\":[]}",
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}",
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"\"},\"finish_reason\":\"length\"}]}",
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"I\"},\"finish_reason\":null}]}",
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"I\"},\"finish_reason\":\"stop\"}]} x"
      })
  void whatIsNoGoodAnswerIsPassedOnAndNotKept(String body) throws Exception {
    try (var stage = Stage.set()) {
      for (int i = 0; i < 2; i++) {
        stage.provider().next(Wire.json(body));
        var answer = stage.chat(chat("Who?"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(body);
        assertThat(answer.isHit()).isFalse();
      }
    }
  }

  @Test
  void aStreamThatTellsOfAnErrorIsPassedOnAndNotKept() throws Exception {
    try (var stage = Stage.set()) {
      var events = events("Wo");
      events.set(2, "data: {\"error\":{\"message\":\"The server had an error\"}}\n\n");
      for (int i = 0; i < 2; i++) {
        stage.provider().next(Wire.stream(events));
        var answer = stage.chat(chatStream("Who?"));
        assertThat(answer.text()).isEqualTo(String.join("", events));
        assertThat(answer.whole()).isTrue();
        assertThat(answer.isHit()).isFalse();
      }
    }
  }

  static void assertFailure(RawReply reply, int status, String code) throws Exception {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(Json.parse(reply.body()).get("error").get("code").text()).isEqualTo(code);
  }
}
