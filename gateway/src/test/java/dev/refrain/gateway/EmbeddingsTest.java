package dev.refrain.gateway;

import static dev.refrain.gateway.testing.EmbeddingReply.PATH;
import static dev.refrain.gateway.testing.EmbeddingReply.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Embeddings through the gateway: what comes from the cache, and what is said of it. */
@Timeout(60)
final class EmbeddingsTest {
  private final List<OpenAIClient> clients = new ArrayList<>();
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage.provider().otherwise(EmbeddingReply.act());
  }

  @AfterEach
  void close() throws Exception {
    clients.forEach(OpenAIClient::close);
    stage.close();
  }

  private RawReply ask(String body, String... headers) throws Exception {
    return stage.call(Wire.post(PATH, body, headers));
  }

  private static List<String> embeddings(String body) throws Exception {
    var embeddings = new ArrayList<String>();
    for (var item : Json.parse(body.getBytes(UTF_8)).get("data").elements()) {
      embeddings.add(item.get("index").raw() + item.get("embedding").raw());
    }
    return embeddings;
  }

  @Test
  void theCacheStatusTellsHowMuchWasKnown() throws Exception {
    assertThat(ask(request("a", "b")).cacheStatus())
        .isEqualTo("refrain; fwd=miss; detail=\"0 of 2\"");
    assertThat(ask(request("b", "c", "a")).cacheStatus())
        .isEqualTo("refrain; fwd=partial; detail=\"2 of 3\"");
    assertThat(ask(request("c", "b")).cacheStatus())
        .matches("refrain; hit; ttl=\\d+; detail=\"2 of 2\"");
    assertThat(ask(request("c")).cacheStatus()).matches("refrain; hit; ttl=\\d+");
    assertThat(ask(request("d")).cacheStatus()).isEqualTo("refrain; fwd=miss");
    assertThat(ask(request("d", "a"), "cache-control: no-cache").cacheStatus())
        .isEqualTo("refrain; fwd=request; detail=no-cache");
    assertThat(ask(request("d", "x"), "cache-control: only-if-cached").status()).isEqualTo(504);
  }

  @Test
  void whatIsPutTogetherIsWhatTheProviderWouldHaveSaid() throws Exception {
    ask(request("a", "b"));
    var partial = ask(request("b", "c", "a"));
    var hit = ask(request("c", "c", "a", "b"));

    assertThat(stage.provider().call(1).text()).isEqualTo(request("c"));
    assertThat(stage.provider().calls()).isEqualTo(2);
    assertThat(embeddings(partial.text()))
        .isEqualTo(embeddings(EmbeddingReply.of(request("b", "c", "a"))));
    assertThat(embeddings(hit.text()))
        .isEqualTo(embeddings(EmbeddingReply.of(request("c", "c", "a", "b"))));
    assertThat(hit.isHit()).isTrue();
    assertThat(hit.whole()).isTrue();
    assertThat(hit.header("age")).isEqualTo("0");
    assertThat(hit.header("content-type")).isEqualTo("application/json");
    assertThat(hit.header("x-ratelimit-remaining-tokens")).isEmpty();
    assertThat(partial.header("x-ratelimit-remaining-tokens")).isEqualTo("7"); // it was a call
    assertThat(partial.header("content-length")).isEqualTo("" + partial.body().length);
  }

  /** It leaves base64 to who asks for it, so that is compared as it stands there. */
  @Test
  void openAisOwnClientSeesNoDifference() throws Exception {
    var direct = client(stage.provider().url() + "/v1");
    var through = client("http://127.0.0.1:" + stage.port() + "/v1");
    for (var format : new EncodingFormat[] {EncodingFormat.BASE64, EncodingFormat.FLOAT}) {
      for (var texts : List.of(List.of("a", "b"), List.of("b", "c", "a"), List.of("c", "a"))) {
        var told = embed(through, format, texts);
        stage.awaitCalm();
        assertThat(told.data()).isEqualTo(embed(direct, format, texts).data());
        assertThat(told.model()).isEqualTo("text-embedding-3-small");
      }
      int calls = stage.provider().calls();
      assertThat(embed(through, format, List.of("c", "b")).usage().promptTokens()).isZero();
      assertThat(stage.provider().calls()).isEqualTo(calls);
    }
    assertThat(embed(through, EncodingFormat.FLOAT, List.of("b")).data().getFirst().embedding())
        .isEqualTo(embed(direct, EncodingFormat.FLOAT, List.of("b")).data().getFirst().embedding());
  }

  private OpenAIClient client(String url) {
    var client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey("sk-1").maxRetries(0).build();
    clients.add(client);
    return client;
  }

  private static CreateEmbeddingResponse embed(
      OpenAIClient client, EncodingFormat format, List<String> texts) {
    return client
        .embeddings()
        .create(
            EmbeddingCreateParams.builder()
                .model("text-embedding-3-small")
                .inputOfArrayOfStrings(texts)
                .encodingFormat(format)
                .build());
  }
}
