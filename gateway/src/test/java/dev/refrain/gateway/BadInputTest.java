package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What should not be sent, and is: a clear error, nothing kept, and a connection in order. */
@Timeout(60)
final class BadInputTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final int BODY_MAX = 100_000;
  private static final Limits LIMITS =
      new Limits(
          BODY_MAX,
          Limits.DEFAULT.replyBytesMax(),
          Limits.DEFAULT.flightsMax(),
          Limits.DEFAULT.flightTimeMax(),
          Limits.DEFAULT.linger());

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage =
        Stage.set(
            setup -> setup.limits(LIMITS).bounds(bounds -> bounds.body(Duration.ofMillis(150))));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET /v1/models\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\na b: c\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nx: a\u0000b\r\n\r\n",
        "GET /v1/models HTTP/x.y\r\nhost: x\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: ten\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        "POST /v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n",
        "POST /v1/responses HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
        "POST /ask HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345678\r\n0\r\n\r\n"
      })
  void whatIsNoHttpIsRefused(String request) throws Exception {
    stage.provider().otherwise(Acts.reply(REPLY)); // should a part of a request come so far
    var client = stage.client().send(request);
    var reply = client.read();
    assertThat(reply.status()).isEqualTo(400);
    assertThat(code(reply)).isEqualTo("bad_request");
    assertThat(client.isHungUpOn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "*", "v1/models", "http:", "%"})
  void aTargetThatIsNoPathIsRefused(String target) throws Exception {
    var client = stage.client().send(Wire.get(target));
    assertThat(client.read().status()).isIn(400, 404);
    assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"/v1/models?x=,20000,414,target_too_long", "/,900000,414,target_too_long"})
  void aTargetThatIsTooLongIsRefused(String path, int length, int status, String code)
      throws Exception {
    var client = stage.client();
    sendAsFarAsTaken(client, Wire.get(path + "x".repeat(length)));
    var reply = client.read();
    assertThat(reply.status()).isEqualTo(status);
    assertThat(code(reply)).isEqualTo(code);
    assertThat(client.isHungUpOn()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1,40000", "400,100", "1,2000000"})
  void headersThatAreTooLargeAreRefused(int count, int length) throws Exception {
    var headers =
        IntStream.range(0, count).mapToObj(i -> "x-" + i + ": " + "x".repeat(length)).toList();
    var client = stage.client();
    sendAsFarAsTaken(client, Wire.get("/v1/models", headers.toArray(String[]::new)));
    var reply = client.read();
    assertThat(reply.status()).isEqualTo(431);
    assertThat(code(reply)).isEqualTo("headers_too_large");
    assertThat(client.isHungUpOn()).isTrue();
  }

  private static void sendAsFarAsTaken(RawClient client, byte[] request) {
    try {
      client.send(request);
    } catch (IOException e) {
      // refused already
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[]",
        "null",
        "7",
        "\"x\"",
        "{}",
        "{\"model\":\"gpt-test\"}",
        "{\"model\":7,\"messages\":[]}",
        "{\"model\":\"gpt-test\",\"messages\":{}}",
        "{\"model\":\"gpt-test\",\"messages\":[],}",
        "{'model':'gpt-test','messages':[]}",
        "{\"model\":\"gpt-test\",\"messages\":[],\"messages\":[]}",
        "{\"model\":\"gpt-test\",\"messages\":[],\"x\":{\"a\":1,\"a\":1}}",
        "{\"model\":\"gpt-test\",\"messages\":[],\"x\":NaN}",
        "{\"model\":\"gpt-test\",\"messages\":[],\"x\":\"\\ud800\"}",
        "{\"model\":\"gpt-test\",\"messages\":[]} {}",
        "\uFEFF{\"model\":\"gpt-test\",\"messages\":[]}"
      })
  void whatIsNoRequestIsForTheProviderToJudge(String body) throws Exception {
    assertPassedOn(body.getBytes(UTF_8), "unparsable");
  }

  @Test
  void whatIsNoTextIsForTheProviderToJudge() throws Exception {
    var body = chat("Gr\u00fc\u00dfe").getBytes(ISO_8859_1);
    assertPassedOn(body, "unparsable");
    assertPassedOn(chat("Wh\0?").getBytes(UTF_8), "unparsable");
    assertPassedOn(chat("Who?").getBytes(UTF_16), "unparsable");
    assertPassedOn(RandomBytes.of(1000), "unparsable");
    assertPassedOn("[".repeat(50_000).getBytes(UTF_8), "unparsable");
  }

  @Test
  void aBodyThatIsTooLargeIsRelayedAndNotKept() throws Exception {
    var large = chat("x".repeat(5 * BODY_MAX)).getBytes(UTF_8);
    assertPassedOn(large, "body-too-large");
    var call = stage.provider().call(0);
    assertThat(call.head().get("content-length")).isEqualTo(Integer.toString(large.length));

    var client = stage.client();
    stage.provider().next(REPLY);
    client.send(
        Wire.head("POST " + Samples.CHAT + " HTTP/1.1", "host: x", "transfer-encoding: chunked"));
    for (int at = 0; at < large.length; at += 50_000) {
      client.send(Wire.chunk(Arrays.copyOfRange(large, at, Math.min(at + 50_000, large.length))));
    }
    var reply = client.send("0\r\n\r\n").read();
    assertThat(reply.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=body-too-large");
    assertThat(stage.provider().call(2).readBody()).isEqualTo(large);

    var justSmallEnough = chat("x".repeat(BODY_MAX - chat("").length()));
    stage.provider().next(REPLY);
    assertThat(stage.chat(justSmallEnough).isHit()).isFalse();
    assertThat(stage.chat(justSmallEnough).isHit()).isTrue();
  }

  @Test
  void aQuestionThatIsTooLongIsRefusedAndTheConnectionDrained() throws Exception {
    var client = stage.client();
    var reply = client.call(Wire.post("/ask", "x".repeat(20 * BODY_MAX)));
    assertThat(reply.status()).isEqualTo(413);
    assertThat(code(reply)).isEqualTo("body_too_large");
    assertThat(reply.header("connection")).isEqualTo("close");
    assertThat(client.isHungUpOn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/ask", "/openai/v1/chat/completions"})
  void aBodyThatTricklesIsGivenUp(String path) throws Exception {
    for (var begun : new String[] {"", "{\"model\":"}) {
      for (var framing : new String[] {"content-length: 100", "transfer-encoding: chunked"}) {
        var client = stage.client();
        client.send(Wire.head("POST " + path + " HTTP/1.1", "host: x", framing));
        boolean chunked = framing.startsWith("transfer");
        client.send(
            chunked && !begun.isEmpty()
                ? Wire.chunk(begun.getBytes(UTF_8))
                : begun.getBytes(UTF_8));
        var reply = client.read();
        assertThat(reply.status()).isEqualTo(408);
        assertThat(code(reply)).isEqualTo("request_timeout");
        assertThat(reply.header("connection")).isEqualTo("close");
        // what should have been the rest is no request
        client.send(chunked ? Wire.chunk(Wire.get("/ask?q=x")) : Wire.get("/ask?q=x"));
        client.endOutput();
        assertThat(client.isHungUpOn()).isTrue();
      }
    }
  }

  @Test
  void anErrorThatComesEarlyLeavesTheConnectionInOrder() throws Exception {
    for (var path : new String[] {"/-/x", "/-/health", "/", "/demo/v1/models", "/v1/../x"}) {
      var client = stage.client();
      var smuggled = Wire.get("/ask?q=x");
      client.send(Wire.head("POST " + path + " HTTP/1.1", "host: x", "content-length: 5000"));
      var reply = client.read();
      assertThat(reply.status()).isIn(400, 404, 405);
      assertThat(reply.header("connection")).isEqualTo("close");
      client.send(Wire.join(smuggled, new byte[5000 - smuggled.length]));
      assertThat(client.isHungUpOn()).as(path).isTrue();
    }
  }

  @Test
  void aMethodThatIsNotKnownToTheCacheIsRelayed() throws Exception {
    stage.provider().next(Wire.json("{\"data\":[]}"));
    var reply = stage.call(Wire.get(Samples.CHAT)); // which lists what the provider has stored
    assertThat(reply.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=endpoint");
    assertThat(reply.text()).isEqualTo("{\"data\":[]}");
  }

  private void assertPassedOn(byte[] body, String detail) throws Exception {
    for (int i = 0; i < 2; i++) {
      stage.provider().next(REPLY);
      int call = stage.provider().calls();
      var reply = stage.call(Wire.post(Samples.CHAT, body));
      assertThat(reply.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=" + detail);
      assertThat(reply.text()).isEqualTo(Samples.COMPLETION);
      assertThat(stage.provider().call(call).readBody()).isEqualTo(body);
    }
  }

  private static String code(RawReply reply) throws Exception {
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    return Json.parse(reply.body()).get("error").get("code").text();
  }
}
