package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.refrain.gateway.settings.Retry;
import dev.refrain.gateway.testing.Node;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Before a provider that is not ours either: what others think the vendors say is understood. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class AimockTest {
  private static final String SAID = "Wo man singt, da laß’ dich ruhig nieder. 🎶";

  private static Process aimock;
  private static URI url;
  private Stage stage;

  @BeforeAll
  static void start() throws Exception {
    aimock = Node.install().start("aimock.js");
    var output = new BufferedReader(new InputStreamReader(aimock.getInputStream(), UTF_8));
    var first = output.readLine();
    assertThat(first).as("the address of aimock").startsWith("http://127.0.0.1:");
    url = URI.create(first);
  }

  @AfterAll
  static void end() throws Exception {
    aimock.getOutputStream().close();
    assertThat(aimock.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @BeforeEach
  void set() throws Exception {
    stage =
        Stage.set(setup ->
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
            + "'stream':false}"
      })
  void whatItSaysIsKeptAndTheSame(String path, String body) throws Exception {
    var first = ask(path, body);
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(first.isHit()).isFalse();
    var second = ask(path, body);
    assertThat(second.isHit()).as(first.text() + second.header("cache-status")).isTrue();
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("content-type")).isEqualTo(first.header("content-type"));
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
  }

  @Test
  void theVendorsClientsUnderstandIt() throws Exception {
    var url = "http://127.0.0.1:" + stage.port();
    var openAi = OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey("sk-1").build();
    var anthropic = AnthropicOkHttpClient.builder().baseUrl(url).apiKey("sk-1").build();
    try {
      for (int i = 0; i < 2; i++) {
        askForChats(openAi);
        askForMessages(anthropic);
        stage.awaitCalm();
      }
    } finally {
      openAi.close();
      anthropic.close();
    }
  }

  @Test
  void theVendorsClientsForNodeUnderstandItToo() throws Exception {
    var result = Node.install().run("mocked.js", "http://127.0.0.1:" + stage.port(), SAID);
    assertThat(result.code()).as(result.said()).isZero();
    var comparisons = NodeClientsTest.comparisons(result.said());
    assertThat(comparisons.values()).as(result.said()).containsOnly("");
    assertThat(comparisons).hasSize(10);
  }

  @Test
  void langChain4jUnderstandsIt() {
    var url = "http://127.0.0.1:" + stage.port();
    var chats = OpenAiChatModel.builder().baseUrl(url + "/v1").apiKey("sk-4j").modelName("gpt-5");
    var messages =
        AnthropicChatModel.builder()
            .baseUrl(url + "/v1")
            .apiKey("sk-4j")
            .modelName("claude-sonnet-4-5");
    for (var model : List.of(chats.build(), messages.build())) {
      for (int i = 0; i < 2; i++) {
        assertThat(model.chat("Who?")).isEqualTo(SAID);
      }
    }
  }

  private static void askForChats(OpenAIClient client) {
    var chat = ChatCompletionCreateParams.builder().model("gpt-5").addUserMessage("Who?").build();
    var whole = client.chat().completions().create(chat);
    assertThat(whole.choices().getFirst().message().content()).hasValue(SAID);
    try (var stream = client.chat().completions().createStreaming(chat)) {
      var text =
          stream.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .flatMap(choice -> choice.delta().content().stream())
              .collect(Collectors.joining());
      assertThat(text).isEqualTo(SAID);
    }
    var response = ResponseCreateParams.builder().model("gpt-5").input("Who?").store(false);
    try (var stream = client.responses().createStreaming(response.build())) {
      var text =
          stream.stream()
              .flatMap(event -> event.outputTextDelta().stream())
              .map(delta -> delta.delta())
              .collect(Collectors.joining());
      assertThat(text).isEqualTo(SAID);
    }
  }

  private static void askForMessages(AnthropicClient client) {
    var message =
        MessageCreateParams.builder()
            .model("claude-sonnet-4-5")
            .maxTokens(99)
            .addUserMessage("Who?")
            .build();
    var told = client.messages().create(message);
    assertThat(told.content().getFirst().text().orElseThrow().text()).isEqualTo(SAID);
  }

  private RawReply ask(String path, String body) throws Exception {
    return stage.call(Wire.post(path, body.replace('\'', '"')));
  }
}
