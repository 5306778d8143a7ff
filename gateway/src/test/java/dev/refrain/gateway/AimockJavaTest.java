package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.Embedding;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import com.openai.models.responses.ResponseCreateParams;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.refrain.gateway.testing.Aimock;
import dev.refrain.gateway.testing.SocketCaller;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.json.Json;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients for Java before a provider that is not ours: the second is told what the first was. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class AimockJavaTest {
  private static final String QUESTION = "Who?";

  @AutoClose private static Aimock aimock;
  private Stage stage;

  @BeforeAll
  static void start() throws Exception {
    aimock = Aimock.start();
  }

  @BeforeEach
  void set() throws Exception {
    aimock.forget();
    stage = AimockTest.stageBefore(aimock);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private URI gateway() {
    return URI.create("http://127.0.0.1:" + stage.port());
  }

  /** All that a client was told, and what of that is text. */
  private record Answer(Object told, String text) {}

  @FunctionalInterface
  private interface Client {
    Answer ask(URI url) throws Exception;
  }

  /** Who asks, and how. */
  private enum Asked {
    OPENAI_CHAT(url -> openAi(url, AimockJavaTest::chat)),
    OPENAI_CHAT_STREAM(url -> openAi(url, AimockJavaTest::chatStream)),
    OPENAI_RESPONSE(url -> openAi(url, AimockJavaTest::response)),
    OPENAI_RESPONSE_STREAM(url -> openAi(url, AimockJavaTest::responseStream)),
    ANTHROPIC(url -> anthropic(url, AimockJavaTest::message)),
    ANTHROPIC_STREAM(url -> anthropic(url, AimockJavaTest::messageStream)),
    LANGCHAIN4J_OPENAI(url -> told(LangChain4jTest.openAi(url, request()))),
    LANGCHAIN4J_OPENAI_STREAM(url -> told(LangChain4jTest.openAiStream(url, request()))),
    LANGCHAIN4J_ANTHROPIC(url -> told(LangChain4jTest.anthropic(url, request()))),
    LANGCHAIN4J_ANTHROPIC_STREAM(url -> told(LangChain4jTest.anthropicStream(url, request())));

    private final Client client;

    Asked(Client client) {
      this.client = client;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasToldOnceIsToldAgainAndNobodyAsked(Asked how) throws Exception {
    var first = how.client.ask(gateway());
    assertThat(first.text()).isEqualTo(Aimock.SAID);
    stage.awaitCalm();
    assertThat(aimock.calls()).isOne();

    assertThat(how.client.ask(gateway())).isEqualTo(first);
    stage.awaitCalm();
    assertThat(aimock.calls()).isOne();
  }

  @Test
  void ofEmbeddingsOnlyThoseAreAskedForThatAreNotKnown() throws Exception {
    var direct = embed(aimock.url(), "one", "two", "three");
    aimock.forget();

    var known = embed(gateway(), "one", "two");
    stage.awaitCalm();
    var partial = embed(gateway(), "two", "three", "one", "three");
    stage.awaitCalm();
    var hit = embed(gateway(), "three", "two");

    assertThat(known).isEqualTo(List.of(direct.get(0), direct.get(1)));
    assertThat(partial)
        .isEqualTo(List.of(direct.get(1), direct.get(2), direct.get(0), direct.get(2)));
    assertThat(hit).isEqualTo(List.of(direct.get(2), direct.get(1)));
    assertThat(aimock.embedded()).containsExactly("one two", "three");
  }

  /** A WebSocket passes as it is, so each question on it is asked, known or not. */
  @Test
  void responsesOverAWebSocketAreAskedForEachTime() throws Exception {
    Asked.OPENAI_RESPONSE_STREAM.client.ask(gateway());
    stage.awaitCalm();
    try (var caller = SocketCaller.to(stage.port(), "/v1/responses", "sk-1")) {
      for (int calls = 2; calls <= 3; calls++) {
        caller.say(
            "{'type':'response.create','model':'gpt-5','store':false,'input':'Who?'}"
                .replace('\'', '"'));
        assertThat(spoken(caller)).isEqualTo(Aimock.SAID);
        assertThat(aimock.calls()).isEqualTo(calls);
      }
    }
  }

  private static String spoken(SocketCaller caller) throws Exception {
    var text = new StringBuilder();
    var event = Json.parse(caller.hear().getBytes(UTF_8));
    while (!event.get("type").isText("response.completed")) {
      if (event.get("type").isText("response.output_text.delta")) {
        text.append(event.get("delta").text());
      }
      event = Json.parse(caller.hear().getBytes(UTF_8));
    }
    return text.toString();
  }

  /** It knows numbers alone, so these are asked for. */
  private static List<List<Float>> embed(URI url, String... texts) {
    var params =
        EmbeddingCreateParams.builder()
            .model("text-embedding-3-small")
            .inputOfArrayOfStrings(List.of(texts))
            .encodingFormat(EncodingFormat.FLOAT)
            .build();
    var told = openAi(url, client -> client.embeddings().create(params)).data();
    assertThat(told.stream().map(Embedding::index))
        .containsExactlyElementsOf(LongStream.range(0, texts.length).boxed().toList());
    return told.stream().map(Embedding::embedding).toList();
  }

  private static <T> T openAi(URI url, Function<OpenAIClient, T> ask) {
    var client =
        OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey("sk-1").maxRetries(0).build();
    try {
      return ask.apply(client);
    } finally {
      client.close();
    }
  }

  private static Answer chat(OpenAIClient client) {
    var told = client.chat().completions().create(chat());
    return new Answer(told, told.choices().getFirst().message().content().orElseThrow());
  }

  private static Answer chatStream(OpenAIClient client) {
    try (var stream = client.chat().completions().createStreaming(chat())) {
      var told = stream.stream().toList();
      var text =
          told.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .flatMap(choice -> choice.delta().content().stream());
      return new Answer(told, text.collect(Collectors.joining()));
    }
  }

  private static ChatCompletionCreateParams chat() {
    return ChatCompletionCreateParams.builder().model("gpt-5").addUserMessage(QUESTION).build();
  }

  private static Answer response(OpenAIClient client) {
    var told = client.responses().create(response());
    var text =
        told.output().stream()
            .flatMap(item -> item.message().stream())
            .flatMap(message -> message.content().stream())
            .map(content -> content.asOutputText().text());
    return new Answer(told, text.collect(Collectors.joining()));
  }

  private static Answer responseStream(OpenAIClient client) {
    try (var stream = client.responses().createStreaming(response())) {
      var told = stream.stream().toList();
      var text = told.stream().flatMap(event -> event.outputTextDelta().stream());
      return new Answer(told, text.map(delta -> delta.delta()).collect(Collectors.joining()));
    }
  }

  private static ResponseCreateParams response() {
    return ResponseCreateParams.builder().model("gpt-5").input(QUESTION).store(false).build();
  }

  private static Answer anthropic(URI url, Function<AnthropicClient, Answer> ask) {
    var client =
        AnthropicOkHttpClient.builder()
            .baseUrl(url.toString())
            .apiKey("sk-1")
            .maxRetries(0)
            .build();
    try {
      return ask.apply(client);
    } finally {
      client.close();
    }
  }

  private static Answer message(AnthropicClient client) {
    var told = client.messages().create(message());
    return new Answer(told, told.content().getFirst().asText().text());
  }

  private static Answer messageStream(AnthropicClient client) {
    try (var stream = client.messages().createStreaming(message())) {
      var told = stream.stream().toList();
      var text =
          told.stream()
              .flatMap(event -> event.contentBlockDelta().stream())
              .map(event -> event.delta().asText().text());
      return new Answer(told, text.collect(Collectors.joining()));
    }
  }

  private static MessageCreateParams message() {
    return MessageCreateParams.builder()
        .model("claude-sonnet-4-5")
        .maxTokens(99)
        .addUserMessage(QUESTION)
        .build();
  }

  private static ChatRequest request() {
    return ChatRequest.builder().messages(UserMessage.from(QUESTION)).build();
  }

  /** With all that came over the wire. */
  private static Answer told(LangChain4jTest.Told told) {
    return new Answer(told.anywhere(), told.text());
  }
}
