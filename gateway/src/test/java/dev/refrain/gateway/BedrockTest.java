package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Amazon's Bedrock is asked is relayed, byte for byte: its paths are part of what a client has
 * signed, and what it answers is no text.
 */
@Timeout(60)
final class BedrockTest {
  private static final String MODEL = "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0";
  private static final String EVENTS = "application/vnd.amazon.eventstream";

  /** As the vendor's clients have them; none may be lost or written anew. */
  private static final String[] SIGNED = {
    "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPL/20260131/eu-west-1/bedrock/aws4_request,"
        + " SignedHeaders=accept;content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0",
    "x-amz-date: 20260131T120000Z",
    "x-amz-security-token: IQoJb3JpZ2luX2VjEO//////////wEaCXVzLWVhc3QtMSJH+/=",
    "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "amz-sdk-invocation-id: 7b1e0f4a-2c3d-4e5f-8a9b-0c1d2e3f4a5b",
    "content-type: application/json",
    "accept: " + EVENTS
  };

  private FakeProvider bedrock;
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    bedrock = FakeProvider.start();
    stage = Stage.set(setup -> setup.upstreamOf("/model/*", "bedrock", bedrock.url()));
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = bedrock) {
      stage.close();
      closed.awaitConnections(0);
      assertThat(stage.provider().calls()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        MODEL + "/invoke",
        MODEL + "/invoke-with-response-stream",
        MODEL + "/converse",
        MODEL + "/converse-stream",
        "/model/anthropic.claude-3-5-sonnet-20241022-v2%3a0/invoke",
        "/model/anthropic.claude-3-5-sonnet-20241022-v2:0/invoke",
        "/model/us.amazon.nova-pro-v1%3A0/converse-stream?a=%3A&b=:",
        "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1234567890%3Ainference-profile%2Fglobal.x/invoke",
        "/model/a%20b%25c/count-tokens"
      })
  void aPathGoesOnAsItWasWritten(String path) throws Exception {
    var body = RandomBytes.of(100_003);
    var reply = RandomBytes.of(70_001);
    for (var prefix : List.of("", "/bedrock")) {
      int calls = bedrock.calls();
      bedrock.next(Wire.reply(200, reply, "content-type: application/json"));
      var answer = stage.call(Wire.post(prefix + path, body, SIGNED));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(reply);
      assertThat(answer.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=endpoint");
      var call = bedrock.call(calls);
      assertThat(call.head().line()).isEqualTo("POST " + path + " HTTP/1.1");
      assertThat(call.readBody()).isEqualTo(body);
      for (var header : SIGNED) {
        var parts = header.split(": ", 2);
        assertThat(call.head().all(parts[0])).containsExactly(parts[1]);
      }
    }
  }

  /** Frames are parted as the vendor pleases, and nobody may take them for lines. */
  @ParameterizedTest
  @CsvSource({"converse-stream, 1", "converse-stream, 7", "invoke-with-response-stream, 4096"})
  void aStreamOfFramesComesByteForByteEachTime(String action, int chunk) throws Exception {
    var stream = stream();
    var chunks = new ArrayList<byte[]>();
    for (int at = 0; at < stream.length; at += chunk) {
      chunks.add(Arrays.copyOfRange(stream, at, Math.min(at + chunk, stream.length)));
    }
    var ask = Wire.post(MODEL + "/" + action, "{\"messages\":[]}", SIGNED);
    for (int i = 0; i < 2; i++) {
      bedrock.next(Wire.chunked(200, chunks, "content-type: " + EVENTS, "x-amzn-requestid: r" + i));
      var answer = stage.call(ask);
      assertThat(answer.whole()).isTrue();
      assertThat(answer.body()).isEqualTo(stream);
      assertThat(answer.header("content-type")).isEqualTo(EVENTS);
      assertThat(answer.header("x-amzn-requestid")).isEqualTo("r" + i);
    }
    assertThat(bedrock.calls()).isEqualTo(2);
  }

  @Test
  void aFrameComesWhileTheNextIsNotSaid() throws Exception {
    var gate = new Gate();
    var first = frame("messageStart", "{\"role\":\"assistant\"}".getBytes(UTF_8));
    var second = frame("messageStop", "{\"stopReason\":\"end_turn\"}".getBytes(UTF_8));
    var reply = Wire.chunked(200, List.of(first, second), "content-type: " + EVENTS);
    bedrock.next(Acts.halted(gate, reply, reply.length - Wire.chunk(second).length - 5));
    var client = stage.client().send(Wire.post(MODEL + "/converse-stream", "{}", SIGNED));
    var body = client.body(client.readHead());
    assertThat(body.readNBytes(first.length)).isEqualTo(first);
    gate.open();
    assertThat(body.readAllBytes()).isEqualTo(second);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ValidationException",
    "403, AccessDeniedException",
    "404, ResourceNotFoundException",
    "408, ModelTimeoutException",
    "424, ModelErrorException",
    "429, ThrottlingException",
    "500, InternalServerException",
    "503, ServiceUnavailableException"
  })
  void anErrorIsPassedOnWithItsName(int status, String name) throws Exception {
    var type = name + ":http://internal.amazon.com/coral/com.amazon.bedrock/";
    bedrock.next(Wire.json(status, "{\"message\":\"Nö.\"}", "x-amzn-errortype: " + type));
    var answer = stage.call(Wire.post(MODEL + "/invoke", "{}", SIGNED));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Nö.\"}");
    assertThat(answer.header("x-amzn-errortype")).isEqualTo(type);
  }

  /** Some frames, with all bytes there are in one of them. */
  private static byte[] stream() {
    var all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    return Wire.join(
        frame("messageStart", "{\"role\":\"assistant\"}".getBytes(UTF_8)),
        frame("contentBlockDelta", "{\"delta\":{\"text\":\"Grüße\\r\\n\\n\"}}".getBytes(UTF_8)),
        frame("chunk", all),
        frame("messageStop", "data: [DONE]\n\n".getBytes(UTF_8)));
  }

  /** A frame: its length, that of its headers, a sum; the headers; what it says; a sum of all. */
  private static byte[] frame(String event, byte[] payload) {
    var headers = header(":event-type", event);
    int rest = headers.length + payload.length;
    var frame = ByteBuffer.allocate(4 * Integer.BYTES + rest);
    frame.putInt(frame.capacity()).putInt(headers.length);
    frame.putInt(sum(frame)).put(headers).put(payload);
    return frame.putInt(sum(frame)).array();
  }

  private static int sum(ByteBuffer written) {
    var sum = new CRC32();
    sum.update(written.duplicate().flip());
    return (int) sum.getValue();
  }

  private static byte[] header(String name, String value) {
    byte string = 7; // the type of the value
    return ByteBuffer.allocate(name.length() + value.length() + 4)
        .put((byte) name.length())
        .put(name.getBytes(UTF_8))
        .put(string)
        .putShort((short) value.length())
        .put(value.getBytes(UTF_8))
        .array();
  }
}
