package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Upstream;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vendors whose paths are not like OpenAI's: each is found by its path, and its answers kept. */
@Timeout(60)
final class VendorsTest {
  private static final String GEMINI = "/v1beta/models/gemini-2.5-flash";
  private static final String VERSION = "anthropic-version: 2023-06-01";
  private static final String HI = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
  private static final String RESPONSE =
      """
      {"candidates":[{"content":{"parts":[{"text":"Grüße","thoughtSignature":"Ab+/=="}],\
      "role":"model"},"finishReason":"STOP","index":0}],\
      "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2},"responseId":"r"}\
      """;

  private FakeProvider azure;
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    azure = FakeProvider.start();
    stage =
        Stage.set(setup -> setup.upstream("azure", azure.url()).upstream("cohere", azure.url()));
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = azure) {
      stage.close();
      closed.awaitConnections(0);
    }
  }

  @Test
  void aWholeAnswerOfGeminiServesBothSortsOfStream() throws Exception {
    stage.provider().next(Wire.json(RESPONSE));
    stage.call(Wire.post(GEMINI + ":generateContent", HI));
    var events = stage.call(Wire.post(GEMINI + ":streamGenerateContent?alt=sse", HI));
    var array = stage.call(Wire.post(GEMINI + ":streamGenerateContent", HI));

    assertThat(events.isHit()).isTrue();
    assertThat(text(events.body())).isEqualTo("data: " + RESPONSE + "\n\n");
    assertThat(events.head().get("content-type")).startsWith("text/event-stream");
    assertThat(array.isHit()).isTrue();
    assertThat(text(array.body())).isEqualTo("[" + RESPONSE + "]");
    assertThat(stage.provider().calls()).isEqualTo(1);
  }

  @Test
  void aKeyInTheQueryIsACredentialAndGoesUpstreamAsItCame() throws Exception {
    stage.provider().next(Wire.json(RESPONSE));
    stage.provider().next(Wire.json(RESPONSE));
    var mine = Wire.post(GEMINI + ":generateContent?key=mine", HI);
    var yours = Wire.post(GEMINI + ":generateContent?key=yours", HI);

    assertThat(stage.call(mine).isHit()).isFalse();
    assertThat(stage.call(yours).isHit()).as("another's").isFalse();
    assertThat(stage.call(mine).isHit()).isTrue();
    assertThat(
            stage.call(Wire.post(GEMINI + ":generateContent", HI, "x-goog-api-key: mine")).isHit())
        .as("the same in a header")
        .isTrue();
    assertThat(stage.provider().call(0).head().line())
        .isEqualTo("POST " + GEMINI + ":generateContent?key=mine HTTP/1.1");
  }

  @Test
  void aWholeAnswerOfOllamaServesAStream() throws Exception {
    var ask = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    stage
        .provider()
        .next(
            Wire.json(
                """
                {"model":"m","created_at":"t","message":{"role":"assistant","content":"Ja."},\
                "done":true,"done_reason":"stop","eval_count":2}\
                """));
    stage.call(Wire.post("/api/chat", ask + ",\"stream\":false}"));
    var stream = stage.call(Wire.post("/api/chat", ask + "}"));

    assertThat(stream.isHit()).isTrue();
    assertThat(stream.head().get("content-type")).isEqualTo("application/x-ndjson");
    assertThat(text(stream.body()).lines())
        .containsExactly(
            "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\","
                + "\"content\":\"Ja.\"},\"done\":false}",
            "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\","
                + "\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":2}");
  }

  @Test
  void aSoundComesBackByteForByte() throws Exception {
    var sound = new byte[100_000];
    for (int i = 0; i < sound.length; i++) {
      sound[i] = (byte) ((i * 31) >> 3);
    }
    var ask = Wire.post("/v1/audio/speech", "{\"model\":\"tts\",\"input\":\"Hi\",\"voice\":\"a\"}");
    stage.provider().next(Wire.chunked(200, List.of(sound), "content-type: audio/mpeg"));
    assertThat(stage.call(ask).body()).isEqualTo(sound);
    var again = stage.call(ask);

    assertThat(again.isHit()).isTrue();
    assertThat(again.body()).isEqualTo(sound);
    assertThat(again.head().get("content-type")).isEqualTo("audio/mpeg");
  }

  @Test
  void aRecordingIsKnownAgainWhateverItsFileIsCalled() throws Exception {
    var form =
        """
        --B
        Content-Disposition: form-data; name="file"; filename="Übung – 1.wav"

        RIFF
        --B
        Content-Disposition: form-data; name="model"

        whisper-1
        --B--
        """
            .replace("\n", "\r\n");
    stage.provider().next(Wire.json("{\"text\":\"Grüße\"}"));
    assertThat(transcribe(form, "B").isHit()).isFalse();

    assertThat(transcribe(form.replace("Übung – 1.wav", "b.wav"), "B").isHit()).isTrue();
    assertThat(transcribe(form.replace("--B", "--Another"), "Another").isHit()).isTrue();
    stage.provider().next(Wire.json("{\"text\":\"Adieu\"}"));
    assertThat(transcribe(form.replace("RIFF", "RIFX"), "B").isHit()).isFalse();
  }

  private RawReply transcribe(String form, String boundary) throws Exception {
    var type = "content-type: multipart/form-data; boundary=" + boundary;
    return stage.call(Wire.post("/v1/audio/transcriptions", form, type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
        "/azure/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
        "/azure/openai/v1/chat/completions"
      })
  void aDeploymentOnAzureIsAskedAndItsAnswerKept(String target) throws Exception {
    azure.next(Wire.json(Samples.COMPLETION.replace("gpt-test", "gpt-4o-2024-11-20")));
    var ask = Wire.post(target, Samples.chat("Who?"), "api-key: k");
    stage.call(ask);

    assertThat(stage.call(ask).isHit()).isTrue();
    assertThat(azure.call(0).head().line())
        .isEqualTo("POST " + target.replaceFirst("^/azure", "") + " HTTP/1.1");
  }

  @Test
  void anotherVersionOfAzuresInterfaceIsAnotherQuestion() throws Exception {
    var path = "/openai/deployments/my-gpt/chat/completions?api-version=";
    azure.next(Wire.json(Samples.COMPLETION));
    azure.next(Wire.json(Samples.COMPLETION));
    stage.call(Wire.post(path + "2024-10-21", Samples.chat("Who?")));

    assertThat(stage.call(Wire.post(path + "2025-01-01", Samples.chat("Who?"))).isHit()).isFalse();
  }

  @Test
  void documentsArePutInOrderOnce() throws Exception {
    var ask = Wire.post("/v2/rerank", "{\"model\":\"r\",\"query\":\"q\",\"documents\":[\"d\"]}");
    azure.next(Wire.json("{\"results\":[{\"index\":0,\"relevance_score\":0.5}]}"));
    stage.call(ask);

    assertThat(stage.call(ask).isHit()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1beta/models/g:generateContent, gemini",
    "/v1/models/g:streamGenerateContent?alt=sse, gemini",
    "/v1/models/g:countTokens, gemini",
    "/v1alpha/models/g:batchEmbedContents, gemini",
    "/v1beta/models, gemini",
    "/upload/v1beta/files, gemini",
    "/v1/models/ft:gpt-4o:org::id, openai",
    "/v1/models, openai",
    "/v1/responses, openai",
    "/v1/messages, anthropic",
    "/api/chat, ollama",
    "/api/tags, ollama",
    "/v2/rerank, cohere",
    "/v1/rerank, cohere",
    "/openai/deployments/d/embeddings, azure"
  })
  void eachPathHasItsVendor(String target, String vendor) {
    var byName = new HashMap<String, Upstream>();
    for (var name : List.of("openai", "anthropic", "gemini", "ollama", "azure", "cohere")) {
      byName.put(name, request -> null);
    }

    assertThat(new Upstreams(byName, List.of(), List.of()).byPath(target)).isEqualTo(vendor);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1beta/models/g:generateContent, error.status, UNAVAILABLE",
    "/v1/models/g:streamGenerateContent, error.status, UNAVAILABLE",
    "/down/v1beta/models/g:generateContent, error.status, UNAVAILABLE",
    "/api/chat, error, ",
    "/down/api/embed, error, ",
    "/v2/rerank, message, ",
    "/v1/messages, error.type, api_error",
    "/v1/chat/completions, error.code, upstream_unreachable",
    "/openrouter/api/v1/chat/completions, error.code, upstream_unreachable",
    "/openai/deployments/d/chat/completions, error.code, upstream_unreachable"
  })
  void eachVendorsClientsUnderstandTheError(String path, String member, String value)
      throws Exception {
    var error = Json.parse(ErrorStyle.of(path).write(502, "upstream_unreachable", "No way."));
    for (var name : member.split("\\.", -1)) {
      error = error.get(name);
    }

    assertThat(error.text()).isEqualTo((value == null) ? "No way." : value);
  }

  /** Its own client asks for its models where OpenAI has its own. */
  @Test
  void whoSpeaksToAnthropicIsLedThereOnPathsThatOpenAiHasToo() throws Exception {
    try (var anthropic = FakeProvider.start();
        var both =
            Stage.set(setup ->
                setup
                    .withoutUpstreams()
                    .upstream("openai", azure.url())
                    .upstream("anthropic", anthropic.url()))) {
      azure.otherwise(Acts.reply(Wire.reply(200, "openai")));
      anthropic.otherwise(Acts.reply(Wire.reply(200, "anthropic")));
      for (var path : List.of("/v1/models", "/v1/files?beta=true", "/v1/files/f_1", "/v1/new")) {
        assertThat(both.call(Wire.get(path)).text()).isEqualTo("openai");
        assertThat(both.call(Wire.get("/openai" + path, VERSION)).text()).isEqualTo("openai");
        assertThat(both.call(Wire.get(path, VERSION)).text()).isEqualTo("anthropic");
      }
      anthropic.otherwise(Acts.cut(new byte[0], 0));
      var refused = both.call(Wire.get("/v1/models", VERSION));
      assertThat(Json.parse(refused.body()).get("error").get("type").text()).isEqualTo("api_error");
    }
  }

  @Test
  void aVendorThatIsDownIsToldInItsOwnWords() throws Exception {
    try (var alone =
        Stage.set(setup ->
            setup.withoutUpstreams().upstream("gemini", URI.create("http://127.0.0.1:1")))) {
      var reply = alone.call(Wire.post(GEMINI + ":generateContent", HI));

      assertThat(reply.status()).isEqualTo(502);
      assertThat(Json.parse(reply.body()).get("error").get("status").text())
          .isEqualTo("UNAVAILABLE");
    }
  }

  private static String text(byte[] body) {
    return new String(body, UTF_8);
  }
}
