package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Head;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Gate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reply that breaks off upstream breaks off for the client at the same byte, and is not kept. */
@Timeout(60)
final class CutTest {
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** As short as can be, since it is cut at every byte. */
  private static final String WHOLE =
      """
      {"choices":[{"index":0,"message":{"content":"Grüße"},"finish_reason":"stop"}]}\
      """;

  private static final List<String> EVENTS =
      List.of(
          """
          data: {"choices":[{"index":0,"delta":{"content":"Grüße"},"finish_reason":"stop"}]}

          """,
          "data: [DONE]\n\n");

  /** How a reply comes, and where. */
  private enum Kind {
    STREAM(Samples.CHAT, chatStream("Who?"), Wire.stream(EVENTS)),
    STREAM_WITH_LENGTH(Samples.CHAT, chatStream("Who?"), streamWithLength()),
    WHOLE_WITH_LENGTH(Samples.CHAT, chat("Who?"), Wire.json(WHOLE)),
    WHOLE_IN_CHUNKS(Samples.CHAT, chat("Who?"), wholeInChunks()),
    BYPASSED(Samples.CHAT, chat("Who?").replace("}]}", "}],\"store\":true}"), wholeInChunks()),
    RELAYED("/v1/responses", "{}", Wire.json(WHOLE)),
    RELAYED_STREAM("/v1/responses", "{}", Wire.stream(EVENTS));

    final byte[] request;
    final byte[] reply;

    Kind(String path, String body, byte[] reply) {
      this.request = Wire.post(path, body);
      this.reply = reply;
    }

    private static byte[] streamWithLength() {
      return Wire.reply(200, String.join("", EVENTS), "content-type: text/event-stream");
    }

    private static byte[] wholeInChunks() {
      var bytes = WHOLE.getBytes(UTF_8);
      var halves = List.of(Arrays.copyOf(bytes, 50), Arrays.copyOfRange(bytes, 50, bytes.length));
      return Wire.chunked(200, halves, "content-type: application/json");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereverItIsCutTheClientSeesTheSame(Kind kind) throws Exception {
    int head = headLength(kind.reply);
    for (int length = 0; length < kind.reply.length; length++) {
      stage.provider().next(Acts.cut(kind.reply, length));
      var answer = stage.call(kind.request);
      if (length < head) {
        assertUnreachable(answer);
      } else {
        assertThat(answer.whole()).as("whole after %d bytes", length).isFalse();
        assertThat(answer.body()).isEqualTo(content(kind.reply, length));
        assertThat(answer.isHit()).isFalse();
      }
    }
    stage.provider().next(kind.reply);
    var whole = stage.call(kind.request);
    assertThat(whole.whole()).isTrue();
    assertThat(whole.isHit()).isFalse();
    assertThat(whole.body()).isEqualTo(content(kind.reply, kind.reply.length));
  }

  @ParameterizedTest
  @EnumSource
  void aResetIsNoEndEither(Kind kind) throws Exception {
    int head = headLength(kind.reply);
    for (int length = 0; length < kind.reply.length; length += 23) {
      stage.provider().next(Acts.reset(kind.reply, length));
      var answer = stage.call(kind.request);
      assertThat(answer.whole() && answer.status() == 200).isFalse(); // what was sent may be lost
      assertThat(answer.isHit()).isFalse();
      if (length < head) {
        assertUnreachable(answer);
      }
    }
    stage.provider().next(kind.reply);
    assertThat(stage.call(kind.request).isHit()).isFalse();
  }

  /** Without a length and without chunks its end is that of the connection, unless by a reset. */
  @Test
  void aResetIsNoEndEvenWhereTheConnectionsEndWouldBe() throws Exception {
    var reply =
        Wire.join(
            Wire.head("HTTP/1.1 200 OK", "content-type: application/json"),
            Samples.COMPLETION.getBytes(UTF_8));
    stage.provider().next(Acts.reset(reply, reply.length));
    var answer = stage.chat(chat("Who?"));
    assertThat(answer.whole() && answer.status() == 200).isFalse();
    stage.provider().next(Acts.cut(reply, reply.length));
    assertThat(stage.chat(chat("Who?")).isHit()).isFalse();
    assertThat(stage.chat(chat("Who?")).isHit()).isTrue();
  }

  @Test
  void allWhoReadAlongSeeTheCut() throws Exception {
    var reply = Wire.stream(events("Wo", "von"));
    int cut = reply.length - 60;
    var gate = new Gate();
    stage
        .provider()
        .next(exchange -> {
          exchange.readBody();
          exchange.send(Arrays.copyOf(reply, headLength(reply)));
          gate.pass();
          exchange.send(Arrays.copyOfRange(reply, headLength(reply), cut));
          exchange.close();
        });
    var request = Wire.post(Samples.CHAT, chatStream("Who?"));
    var readers = new ArrayList<RawClient>();
    var heads = new ArrayList<Head>();
    for (int i = 0; i < 5; i++) {
      readers.add(stage.client().send(request));
      heads.add(readers.get(i).readHead());
    }
    gate.open();
    for (int i = 0; i < 5; i++) {
      var answer = readers.get(i).readBody(heads.get(i));
      assertThat(answer.whole()).isFalse();
      assertThat(answer.body()).isEqualTo(content(reply, cut));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STREAM", "BYPASSED", "RELAYED_STREAM"})
  void whoReadsSlowlyGetsAllThatCameBeforeTheCut(Kind kind) throws Exception {
    var chunk = RandomBytes.of(64 << 10);
    var reply =
        Wire.chunked(200, Collections.nCopies(200, chunk), "content-type: text/event-stream");
    int cut = reply.length - 100;
    stage.provider().next(Acts.cut(reply, cut));
    var client = stage.client().send(kind.request);
    var head = client.readHead();
    if (kind == Kind.STREAM) { // which is not held up by its readers
      stage.provider().awaitConnections(0); // all is sent and cut, and nothing of it read here
    }
    var answer = client.readBody(head);
    assertThat(answer.whole()).isFalse();
    assertThat(answer.body()).isEqualTo(content(reply, cut));
  }

  private static void assertUnreachable(RawReply answer) throws Exception {
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.whole()).isTrue();
    var code = Json.parse(answer.body()).get("error").get("code").text();
    assertThat(code).isEqualTo("upstream_unreachable");
  }

  private static int headLength(byte[] reply) {
    return new String(reply, ISO_8859_1).indexOf("\r\n\r\n") + 4;
  }

  /** What the first bytes of a reply have of its body. */
  private static byte[] content(byte[] reply, int length) throws IOException {
    var in = new ByteArrayInputStream(reply, 0, length);
    return RawReply.read(in).body();
  }
}
