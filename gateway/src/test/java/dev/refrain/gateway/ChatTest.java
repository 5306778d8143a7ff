package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.chatStreamUsage;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Gate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is cached: chat completions, whole or as streams. */
@Timeout(60)
final class ChatTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set(setup -> setup.credentialHeaders("x-team-key"));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void theSecondCallIsAnsweredFromTheCache() throws Exception {
    stage.provider().next(REPLY);
    var first = stage.chat(chat("Who?"));
    var second = stage.chat(chat("Who?"));

    assertThat(first.cacheStatus()).isEqualTo("refrain; fwd=miss");
    assertThat(first.header("age")).isEmpty();
    assertThat(second.cacheStatus()).matches("refrain; hit; ttl=[1-9][0-9]*");
    assertThat(second.header("age")).isEqualTo("0");
    for (var reply : List.of(first, second)) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("content-type")).isEqualTo("application/json");
      assertThat(reply.text()).isEqualTo(Samples.COMPLETION);
    }
  }

  @Test
  void whatDecidesTheAnswerIsTheMeaningOfTheBodyNotItsBytes() throws Exception {
    stage.provider().next(REPLY);
    stage.chat(
        """
        {"model":"gpt-test","messages":[{"role":"user","content":"Who?"}],"temperature":1.0}\
        """);
    var reordered =
        """
        { "temperature": 1, "messages": [{"content": "Wh\\u006f?", "role": "user"}],
          "model": "gpt-test", "prompt_cache_key": "k" }\
        """;

    assertThat(stage.chat(reordered).isHit()).isTrue();
  }

  @Test
  void aStreamIsReplayedByteForByte() throws Exception {
    var odd = ": a comment\r\n\r\nid: 7\r\nevent: message\r\n";
    var bytes = (odd + String.join("", events("Grü", "ße", " 🎶"))).getBytes(UTF_8);
    var chunks = new ArrayList<byte[]>();
    for (byte b : bytes) {
      chunks.add(new byte[] {b}); // so that events and even characters are torn
    }
    var type = "content-type: text/event-stream";
    stage.provider().next(Wire.chunked(200, chunks, type));

    var first = stage.chat(chatStream("Who?"));
    var second = stage.chat(chatStream("Who?"));
    assertThat(first.body()).isEqualTo(bytes);
    assertThat(second.body()).isEqualTo(bytes);
    assertThat(second.isHit()).isTrue();
    assertThat(second.header("content-type")).isEqualTo("text/event-stream");
  }

  @Test
  void aWholeReplyIsAlsoToldAsAStream() throws Exception {
    stage.provider().next(REPLY);
    stage.chat(chat("Who?"));
    var streamed = stage.chat(chatStreamUsage("Who?"));

    assertThat(streamed.isHit()).isTrue();
    assertThat(streamed.header("content-type")).isEqualTo("text/event-stream; charset=utf-8");
    assertThat(streamed.text()).contains("Grüße, 世界 🎶").endsWith("data: [DONE]\n\n");
  }

  @Test
  void aStreamIsAlsoToldAsAWholeReply() throws Exception {
    var events = events("Grü", "ße");
    var usage =
        """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,\
        "model":"gpt-test","choices":[],\
        "usage":{"prompt_tokens":5,"completion_tokens":4,"total_tokens":9}}

        """;
    events.add(events.size() - 1, usage);
    stage.provider().next(Wire.stream(events));
    stage.chat(chatStreamUsage("Who?"));
    var whole = stage.chat(chat("Who?"));
    var withoutUsage = stage.chat(chatStream("Who?"));

    assertThat(whole.isHit()).isTrue();
    assertThat(whole.header("content-type")).isEqualTo("application/json");
    var message = Json.parse(whole.body()).get("choices").elements().iterator().next();
    assertThat(message.get("message").get("content").text()).isEqualTo("Grüße");
    assertThat(withoutUsage.isHit()).isTrue();
    assertThat(withoutUsage.text()).doesNotContain("usage");
  }

  @Test
  void callersOfTheSameShareOneCallAndReadAlong() throws Exception {
    var gate = new Gate();
    var reply = Wire.stream(events("Wo", "von"));
    stage.provider().next(Acts.halted(gate, reply, reply.length / 2));
    var leader = stage.client().send(Wire.post(Samples.CHAT, chatStream("Who?")));
    var leadersHead = leader.readHead();
    var follower = stage.client().send(Wire.post(Samples.CHAT, chatStream("Who?")));
    var followersHead = follower.readHead(); // while the reply is still under way
    gate.open();

    assertThat(leadersHead.get("cache-status")).isEqualTo("refrain; fwd=miss");
    assertThat(followersHead.get("cache-status")).isEqualTo("refrain; fwd=miss; collapsed");
    var whole = String.join("", events("Wo", "von"));
    assertThat(leader.readBody(leadersHead).text()).isEqualTo(whole);
    assertThat(follower.readBody(followersHead).text()).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer %s",
        "x-api-key: %s",
        "api-key: %s",
        "X-Goog-Api-Key: %s",
        "Cookie: session=%s",
        "X-Team-Key: %s"
      })
  void onlyWhoHoldsTheSameCredentialsShares(String header) throws Exception {
    stage.provider().next(REPLY);
    stage.provider().next(REPLY);
    stage.provider().next(REPLY);
    assertThat(stage.chat(chat("Who?"), header.formatted("one")).isHit()).isFalse();
    assertThat(stage.chat(chat("Who?"), header.formatted("other")).isHit()).isFalse();
    assertThat(stage.chat(chat("Who?")).isHit()).isFalse();
    assertThat(stage.chat(chat("Who?"), header.formatted("one")).isHit()).isTrue();

    var name = header.split(":", 2)[0];
    assertThat(stage.provider().call(0).head().all(name))
        .singleElement()
        .asString()
        .endsWith("one");
    assertThat(stage.provider().call(2).head().all(name)).isEmpty();
  }

  @Test
  void namespacesDoNotShare() throws Exception {
    stage.provider().next(REPLY);
    stage.provider().next(REPLY);
    assertThat(stage.chat(chat("Who?"), "Refrain-Namespace: v1").isHit()).isFalse();
    assertThat(stage.chat(chat("Who?"), "Refrain-Namespace: v2").isHit()).isFalse();
    assertThat(stage.chat(chat("Who?"), "Refrain-Namespace: v1").isHit()).isTrue();
  }

  @Test
  void anAnswerWithoutATagIsNotGivenToWhoNamesIt() throws Exception {
    stage.provider().next(REPLY);
    stage.provider().next(REPLY);
    assertThat(stage.chat(chat("Who?")).isHit()).isFalse();
    assertThat(stage.chat(chat("Who?"), "Cache-Tag: doc:42, prices").isHit()).isFalse();
    assertThat(stage.chat(chat("Who?"), "Cache-Tag: prices").isHit()).isTrue();
    assertThat(stage.chat(chat("Who?")).isHit()).isTrue();
  }

  @Test
  void aLargeQuestionIsCachedToo() throws Exception {
    stage.provider().next(REPLY);
    var question = chat("Why? ".repeat(50_000));
    assertThat(stage.chat(question).isHit()).isFalse();
    assertThat(stage.chat(question).isHit()).isTrue();
    assertThat(stage.provider().call(0).text()).isEqualTo(question);
  }

  @Test
  void theProviderGetsTheBodyAndTheTargetAsTheyCame() throws Exception {
    stage.provider().next(REPLY);
    var body = "  " + chat("  W\\u0068o?\\n").replace(":", " :\t") + "\r\n";
    stage.call(Wire.post(Samples.CHAT + "?api-version=2%2F3&a=%zz", body));

    var call = stage.provider().call(0);
    assertThat(call.text()).isEqualTo(body);
    assertThat(call.head().line())
        .isEqualTo("POST /v1/chat/completions?api-version=2%2F3&a=%zz HTTP/1.1");
  }

  @Test
  void whatMayNotBeCachedIsPassedOnWithTheReason() throws Exception {
    stage.provider().otherwise(Acts.reply(REPLY));
    var tools = chat("Who?").replace("}]}", "}],\"tools\":[{\"type\":\"function\"}]}");
    for (var i = 0; i < 2; i++) {
      assertBypassed(stage.chat(tools), "tools");
      assertBypassed(stage.chat(chat("Who?"), "cache-control: no-store"), "no-store");
      assertBypassed(stage.chat("{\"model\":\"a\",\"model\":\"b\",\"messages\":[]}"), "unparsable");
    }
    assertThat(stage.provider().calls()).isEqualTo(6);
  }

  private static void assertBypassed(RawReply reply, String detail) {
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo(Samples.COMPLETION);
    assertThat(reply.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=" + detail);
  }
}
