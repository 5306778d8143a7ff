package dev.refrain.gateway;

import static dev.refrain.gateway.testing.EmbeddingReply.OLLAMA;
import static dev.refrain.gateway.testing.EmbeddingReply.ofOllama;
import static dev.refrain.gateway.testing.EmbeddingReply.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ollama's embeddings through the gateway: of a batch, only what is not known is asked for. */
@Timeout(60)
final class OllamaEmbedTest {
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage.provider().otherwise(EmbeddingReply.act());
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private RawReply ask(String body) throws Exception {
    var reply = stage.call(Wire.post(OLLAMA, body));
    stage.awaitCalm();
    return reply;
  }

  private static String embeddings(String body) throws Exception {
    return Json.parse(body.getBytes(UTF_8)).get("embeddings").raw();
  }

  private static long tokens(RawReply reply) throws Exception {
    return Json.parse(reply.body()).get("prompt_eval_count").asLong(-1);
  }

  @Test
  void onlyTheTextsThatAreNotKnownAreAskedFor() throws Exception {
    var first = ask(request("a", "b"));
    var partial =
        ask(request("b", "c", "a").replace("\"input\"", "\"keep_alive\":\"1h\",\"input\""));
    var hit = ask(request("c", "c", "b"));

    assertThat(first.text()).isEqualTo(ofOllama(request("a", "b")));
    assertThat(first.cacheStatus()).isEqualTo("refrain; fwd=miss; detail=\"0 of 2\"");
    assertThat(partial.cacheStatus()).isEqualTo("refrain; fwd=partial; detail=\"2 of 3\"");
    assertThat(embeddings(partial.text())).isEqualTo(embeddings(ofOllama(request("b", "c", "a"))));
    assertThat(tokens(partial)).isEqualTo(1); // what was charged for the third alone
    assertThat(hit.cacheStatus()).matches("refrain; hit; ttl=\\d+; detail=\"3 of 3\"");
    assertThat(embeddings(hit.text())).isEqualTo(embeddings(ofOllama(request("c", "c", "b"))));
    assertThat(tokens(hit)).isZero();
    assertThat(hit.text()).doesNotContain("duration");
    assertThat(stage.provider().calls()).isEqualTo(2);
    assertThat(stage.provider().call(1).text()).contains("\"input\":[\"c\"]", "\"1h\"");
  }

  @Test
  void aTextByItselfIsOneOfThem() throws Exception {
    ask(request("a", "b"));
    var alone = ask("{\"model\":\"text-embedding-3-small\",\"input\":\"b\"}");

    assertThat(alone.cacheStatus()).matches("refrain; hit; ttl=\\d+");
    assertThat(embeddings(alone.text())).isEqualTo(embeddings(ofOllama(request("b"))));
    assertThat(stage.provider().calls()).isOne();
  }
}
