package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Retry;
import dev.refrain.gateway.testing.Aimock;
import dev.refrain.gateway.testing.Node;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Before a provider that is not ours either: what others think the vendors say is understood. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class AimockTest {
  private static final String GEMINI = "/v1beta/models/gemini-2.5-flash";

  @AutoClose private static Aimock aimock;
  private Stage stage;

  @BeforeAll
  static void start() throws Exception {
    aimock = Aimock.start();
  }

  @BeforeEach
  void set() throws Exception {
    aimock.forget();
    stage = stageBefore(aimock);
  }

  static Stage stageBefore(Aimock provider) throws Exception {
    var url = provider.url();
    return Stage.set(setup ->
        setup
            .retry(new Retry(0, Duration.ZERO)) // it says when to come again, and nobody would
            .withoutUpstreams()
            .upstream("openai", url)
            .upstream("anthropic", url)
            .upstream("gemini", url)
            .upstream("ollama", url));
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = stage) {
      assertThat(closed.provider().calls()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/chat/completions | {'model':'gpt-5','messages':[{'role':'user','content':'Who?'}]}",
        "/v1/chat/completions | {'model':'gpt-5','messages':[{'role':'user','content':'Who?'}],"
            + "'stream':true,'stream_options':{'include_usage':true}}",
        "/v1/responses | {'model':'gpt-5','input':'Who?','store':false}",
        "/v1/responses | {'model':'gpt-5','input':'Who?','store':false,'stream':true}",
        "/v1/embeddings | {'model':'text-embedding-3-small','input':'Who?'}",
        "/v1/embeddings | {'model':'text-embedding-3-small','input':['Who?','Whom?']}",
        "/v1/messages | {'model':'claude-sonnet-4-5','max_tokens':99,"
            + "'messages':[{'role':'user','content':'Who?'}]}",
        "/v1/messages | {'model':'claude-sonnet-4-5','max_tokens':99,'stream':true,"
            + "'messages':[{'role':'user','content':'Who?'}]}",
        "/v1beta/models/gemini-2.5-flash:generateContent | {'contents':[{'role':'user',"
            + "'parts':[{'text':'Who?'}]}]}",
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse | {'contents':["
            + "{'role':'user','parts':[{'text':'Who?'}]}]}",
        "/api/chat | {'model':'llama3','messages':[{'role':'user','content':'Who?'}]}",
        "/api/chat | {'model':'llama3','messages':[{'role':'user','content':'Who?'}],"
            + "'stream':false}",
        "/api/generate | {'model':'llama3','prompt':'Who?'}",
        "/api/generate | {'model':'llama3','prompt':'Who?','stream':false}"
      })
  void whatItSaysIsKeptAndTheSame(String path, String body) throws Exception {
    var first = ask(path, body);
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(first.isHit()).isFalse();
    var second = ask(path, body);
    assertThat(second.isHit()).as(first.text() + second.header("cache-status")).isTrue();
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("content-type")).isEqualTo(first.header("content-type"));
    assertThat(aimock.calls()).isOne();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200 | {'model':'gpt-5','messages':[{'role':'user','content':'weather'}]}",
        "200 | {'model':'gpt-5','messages':[{'role':'user','content':'weather'}],'stream':true}",
        "429 | {'model':'gpt-5','messages':[{'role':'user','content':'trouble'}]}",
        "404 | {'model':'gpt-5','messages':[{'role':'user','content':'nobody knows'}]}"
      })
  void toolCallsAndErrorsAreNotKept(int status, String body) throws Exception {
    for (int i = 0; i < 2; i++) {
      var reply = ask("/v1/chat/completions", body);
      assertThat(reply.status()).as(reply.text()).isEqualTo(status);
      assertThat(reply.isHit()).isFalse();
    }
    assertThat(aimock.calls()).isEqualTo(2);
  }

  /** It speaks of events alone, so what it said as such is told to whoever wants a list. */
  @Test
  void aStreamOfGeminiIsToldAsAListToo() throws Exception {
    var body = "{'contents':[{'role':'user','parts':[{'text':'Who?'}]}]}";
    var events = ask(GEMINI + ":streamGenerateContent?alt=sse", body);
    var list = ask(GEMINI + ":streamGenerateContent", body);

    assertThat(events.isHit()).isFalse();
    assertThat(list.isHit()).isTrue();
    assertThat(list.header("content-type")).startsWith("application/json");
    var chunks = new ArrayList<String>();
    Json.parse(list.body()).elements().forEach(chunk -> chunks.add(chunk.raw()));
    assertThat(chunks)
        .hasSizeGreaterThan(1)
        .isEqualTo(
            events
                .text()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring("data: ".length()))
                .toList());
    assertThat(aimock.calls()).isOne();
  }

  /**
   * Events where a list was wanted, and one vector for two texts, as in an older API of Ollama's.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        GEMINI + ":streamGenerateContent | {'contents':[{'parts':[{'text':'Who?'}]}]} | data: {",
        "/api/embed | {'model':'m','input':['Who?','Whom?']} | {'model':'m','embedding':["
      })
  void whatTheVendorWouldNotSayIsPassedOnAndNotKept(String path, String body, String said)
      throws Exception {
    for (int i = 0; i < 2; i++) {
      var reply = ask(path, body);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.isHit()).isFalse();
      assertThat(reply.text()).startsWith(said.replace('\'', '"'));
    }
    assertThat(aimock.calls()).isEqualTo(2);
  }

  @Test
  void ofEmbeddingsOnlyThoseAreAskedForThatAreNotKnown() throws Exception {
    var known = embed("'one','two'");
    var partial = embed("'two','three','one','three'");
    var hit = embed("'three','two'");

    assertThat(partial).hasSize(4);
    assertThat(partial.get(0)).isEqualTo(known.get(1));
    assertThat(partial.get(2)).isEqualTo(known.get(0));
    assertThat(partial.get(3)).isEqualTo(partial.get(1));
    assertThat(hit).containsExactly(partial.get(1), known.get(1));
    assertThat(aimock.embedded()).containsExactly("one two", "three");
  }

  private List<String> embed(String inputs) throws Exception {
    var body = "{'model':'text-embedding-3-small','input':[%s]}".formatted(inputs);
    var vectors = new ArrayList<String>();
    for (var item : Json.parse(ask("/v1/embeddings", body).body()).get("data").elements()) {
      assertThat(item.get("index").asLong(-1)).isEqualTo(vectors.size());
      vectors.add(item.get("embedding").raw());
    }
    return vectors;
  }

  @Test
  void theVendorsClientsForNodeUnderstandItToo() throws Exception {
    var gateway = "http://127.0.0.1:" + stage.port();
    var result = Node.install().run("mocked.js", aimock.url().toString(), gateway, Aimock.SAID);
    assertThat(result.code()).as(result.said()).isZero();
    var comparisons = NodeClientsTest.comparisons(result.said());
    assertThat(comparisons.values()).as(result.said()).containsOnly("");
    assertThat(comparisons).hasSize(14);
  }

  private RawReply ask(String path, String body) throws Exception {
    return stage.call(Wire.post(path, body.replace('\'', '"')));
  }
}
