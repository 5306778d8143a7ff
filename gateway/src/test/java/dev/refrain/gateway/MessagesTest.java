package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Anthropic's messages on the wire: to whom they go, who shares them, and what comes back. */
@Timeout(60)
final class MessagesTest {
  private static final String MESSAGES = "/v1/messages";

  private FakeProvider anthropic;
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    anthropic = FakeProvider.start();
    anthropic.otherwise(MessageReply.byName());
    stage =
        Stage.set(setup ->
            setup
                .withoutUpstreams()
                .upstream("openai", anthropic.url().resolve("/openai"))
                .upstream("anthropic", anthropic.url()));
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = anthropic) {
      stage.close();
      closed.awaitConnections(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyMessageComesBackToTheByte(MessageReply reply) throws Exception {
    for (int i = 0; i < 2; i++) {
      var whole = ask(reply, false);
      assertThat(whole.text()).isEqualTo(reply.whole());
      assertThat(whole.isHit()).isEqualTo(i > 0 && reply.isKept());
    }
    int calls = anthropic.calls();
    for (int i = 0; i < 2; i++) {
      var stream = ask(reply, true, "cache-control: no-cache");
      assertThat(stream.text()).isEqualTo(String.join("", reply.stream()));
      assertThat(stream.header("content-type")).startsWith("text/event-stream");
    }
    assertThat(anthropic.calls()).isEqualTo(calls + 2);
    assertThat(ask(reply, true).isHit()).isEqualTo(reply.isKept());
  }

  @ParameterizedTest
  @CsvSource({
    "x-api-key: sk-1, x-api-key: sk-2",
    "authorization: Bearer sk-1, x-api-key: sk-1",
    "x-api-key: sk-1, X-Nothing: 1",
    "anthropic-version: 2023-06-01, anthropic-version: 2023-01-01",
    "anthropic-beta: a, anthropic-beta: b",
    "anthropic-workspace-id: w1, anthropic-workspace-id: w2",
    "anthropic-user-profile-id: u1, anthropic-user-profile-id: u2"
  })
  void whoAsksForWhomAndForWhichVersionDecides(String header, String other) throws Exception {
    assertThat(ask(MessageReply.TEXT, false, header).isHit()).isFalse();
    assertThat(ask(MessageReply.TEXT, false, other).isHit()).isFalse();
    assertThat(ask(MessageReply.TEXT, false, header).isHit()).isTrue();
    assertThat(ask(MessageReply.TEXT, true, header).isHit()).isTrue();
    assertThat(anthropic.calls()).isEqualTo(2);
  }

  @Test
  void whatTheClientIsAndHowOftenItTriedDoesNot() throws Exception {
    ask(MessageReply.TEXT, false, "user-agent: Anthropic/Java 3", "x-stainless-retry-count: 0");
    var again =
        ask(MessageReply.TEXT, false, "user-agent: Anthropic/JS 1", "x-stainless-retry-count: 1");

    assertThat(again.isHit()).isTrue();
  }

  @Test
  void aHitHasTheIdOfItsRequestButNoLimitsOfTheMoment() throws Exception {
    var miss = ask(MessageReply.TEXT, false);
    assertThat(miss.header("anthropic-ratelimit-requests-remaining")).isEqualTo("0");
    assertThat(miss.header("anthropic-priority-input-tokens-remaining")).isEqualTo("9618");

    for (var stream : new boolean[] {false, true}) {
      var hit = ask(MessageReply.TEXT, stream);
      assertThat(hit.isHit()).isTrue();
      assertThat(hit.header("request-id")).isEqualTo(miss.header("request-id"));
      assertThat(hit.head().names())
          .noneMatch(name -> name.contains("ratelimit") || name.contains("priority"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'tools':[{'name':'f','input_schema':{}}] | tools",
        "'mcp_servers':[{'type':'url','url':'https://x','name':'x'}] | hosted-tools",
        "'container':'container_1' | server-state"
      })
  void whatDependsOnMoreThanTheCallIsPassedOn(String member, String reason) throws Exception {
    for (int i = 1; i <= 2; i++) {
      var body = body(MessageReply.TEXT, false).replace("}]", "}]," + member.replace('\'', '"'));
      var reply = stage.call(Wire.post(MESSAGES, body));
      assertThat(reply.text()).isEqualTo(MessageReply.TEXT.whole());
      assertThat(reply.header("cache-status")).isEqualTo("refrain; fwd=bypass; detail=" + reason);
      assertThat(anthropic.calls()).isEqualTo(i);
    }
  }

  @Test
  void anAnswerThatIsCutAtTheLimitIsNotKept() throws Exception {
    var cut = MessageReply.TEXT.whole().replace("end_turn", "max_tokens");
    for (int i = 1; i <= 2; i++) {
      anthropic.next(Wire.json(cut));
      assertThat(ask(MessageReply.TEXT, false).text()).isEqualTo(cut);
      assertThat(anthropic.calls()).isEqualTo(i);
    }
  }

  @Test
  void batchesAndWhateverElseThereIsAreRelayed() throws Exception {
    anthropic.otherwise(exchange -> {
      exchange.readBody();
      exchange.send(Wire.json("{\"id\":\"msgbatch_1\"}"));
    });
    for (int i = 1; i <= 2; i++) {
      var reply = stage.call(Wire.post(MESSAGES + "/batches", "{\"requests\":[]}"));
      assertThat(reply.text()).isEqualTo("{\"id\":\"msgbatch_1\"}");
      assertThat(anthropic.calls()).isEqualTo(i);
    }
    assertThat(anthropic.call(0).head().line()).isEqualTo("POST /v1/messages/batches HTTP/1.1");
  }

  private RawReply ask(MessageReply reply, boolean stream, String... headers) throws Exception {
    return stage.call(Wire.post(MESSAGES, body(reply, stream), headers));
  }

  private static String body(MessageReply reply, boolean stream) {
    return """
    {"model":"%s","max_tokens":100,"stream":%b,"messages":[{"role":"user","content":"%s"}]}\
    """
        .formatted(MessageReply.MODEL, stream, reply.name());
  }
}
