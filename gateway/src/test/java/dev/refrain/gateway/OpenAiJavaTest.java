package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletion.Choice.Logprobs;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.ChatReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's own client for Java sees no difference, and understands what goes wrong. */
@Timeout(60)
final class OpenAiJavaTest {
  private final List<OpenAIClient> clients = new ArrayList<>();
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage.provider().otherwise(ChatReply.byName());
  }

  @AfterEach
  void close() throws Exception {
    clients.forEach(OpenAIClient::close);
    stage.close();
  }

  @ParameterizedTest
  @EnumSource
  void aReplyIsTheSameInEveryField(ChatReply reply) throws Exception {
    for (int choices = 1; choices <= 2; choices++) {
      var params = params(reply, choices).build();
      var expected = whole(direct(), params);
      int calls = stage.provider().calls();
      var client = through("sk-whole");
      assertThat(whole(client, params)).isEqualTo(expected);
      stage.awaitCalm();
      assertThat(whole(client, params)).isEqualTo(expected);
      assertThat(stage.provider().calls() - calls).isEqualTo(reply.isKept() ? 1 : 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsTheSameInEveryField(ChatReply reply) throws Exception {
    for (var usage : new Boolean[] {false, true}) {
      var params = params(reply, 2).streamOptions(usage(usage)).build();
      var expected = stream(direct(), params);
      int calls = stage.provider().calls();
      var client = through("sk-stream");
      assertThat(stream(client, params)).isEqualTo(expected);
      stage.awaitCalm();
      assertThat(stream(client, params)).isEqualTo(expected);
      int fetched = stage.provider().calls() - calls;
      assertThat(fetched).isEqualTo(reply.isKept() ? 1 : 2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "LOGPROBS", "REASONING"})
  void aReplyToldAsAStreamTellsTheSame(ChatReply reply) throws Exception {
    var params = params(reply, 2).build();
    var client = through("sk-1");
    var expected = whole(client, params);
    stage.awaitCalm();
    int calls = stage.provider().calls();
    var chunks = stream(client, params(reply, 2).streamOptions(usage(true)).build());
    assertThat(stage.provider().calls()).isEqualTo(calls);
    assertSame(expected, accumulated(chunks));
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "LOGPROBS", "REASONING"})
  void aStreamToldAsAReplyTellsTheSame(ChatReply reply) throws Exception {
    var streamed = params(reply, 2).streamOptions(usage(true)).build();
    var client = through("sk-1");
    var expected = accumulated(stream(client, streamed));
    stage.awaitCalm();
    int calls = stage.provider().calls();
    var told = whole(client, params(reply, 2).build());
    assertThat(stage.provider().calls()).isEqualTo(calls);
    assertSame(told, expected);
  }

  /** In all that the client's own accumulator takes note of. */
  @SuppressWarnings("deprecation") // the fingerprint is still sent, and must still be the same
  private static void assertSame(ChatCompletion one, ChatCompletion other) {
    assertThat(one.id()).isEqualTo(other.id());
    assertThat(one.created()).isEqualTo(other.created());
    assertThat(one.model()).isEqualTo(other.model());
    assertThat(one.serviceTier()).isEqualTo(other.serviceTier());
    assertThat(one._systemFingerprint()).isEqualTo(other._systemFingerprint());
    assertThat(one.usage()).isPresent().isEqualTo(other.usage());
    assertThat(one.choices()).hasSameSizeAs(other.choices());
    for (int i = 0; i < one.choices().size(); i++) {
      var choice = one.choices().get(i);
      var same = other.choices().get(i);
      assertThat(choice.index()).isEqualTo(same.index());
      assertThat(choice.finishReason()).isEqualTo(same.finishReason());
      assertThat(choice.logprobs().flatMap(Logprobs::content))
          .isEqualTo(same.logprobs().flatMap(Logprobs::content));
      assertThat(choice.message().content()).isPresent().isEqualTo(same.message().content());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400", "401", "403", "404", "408", "409", "413", "422", "429", "500", "502", "503", "504"
  })
  void anErrorOfTheProviderRaisesItsException(int status) throws Exception {
    Map<Integer, Class<? extends OpenAIServiceException>> raised =
        Map.of(
            400, BadRequestException.class,
            401, UnauthorizedException.class,
            403, PermissionDeniedException.class,
            404, NotFoundException.class,
            422, UnprocessableEntityException.class,
            429, RateLimitException.class);
    var error =
        "{\"error\":{\"message\":\"Nö\",\"type\":\"a_type\",\"param\":\"n\",\"code\":\"a_code\"}}";
    stage
        .provider()
        .otherwise(Acts.reply(Wire.json(status, error, "x-ratelimit-remaining-tokens: 0")));
    var expected =
        raised.getOrDefault(
            status,
            (status < 500) ? UnexpectedStatusCodeException.class : InternalServerException.class);
    var client = through("sk-1");
    for (var stream : new boolean[] {false, true}) {
      var e = catchThrowableOfType(expected, () -> ask(client, stream));
      assertThat(e.statusCode()).isEqualTo(status);
      assertThat(e.code()).contains("a_code");
      assertThat(e.param()).contains("n");
      assertThat(e.type()).contains("a_type");
      assertThat(e.getMessage()).contains("Nö");
      assertThat(e.headers().values("x-ratelimit-remaining-tokens")).containsExactly("0");
    }
  }

  @Test
  void anErrorOfTheGatewayRaisesItsException() throws Exception {
    stage.provider().stopListening();
    assertRaised(InternalServerException.class, through("sk-1"), 502, "upstream_unreachable");
    var nowhere = client("http://127.0.0.1:" + stage.port() + "/-/nowhere", "sk-1");
    assertRaised(NotFoundException.class, nowhere, 404, "not_found");
    var large = through("sk-1", "x-large", "x".repeat(40_000));
    assertRaised(OpenAIServiceException.class, large, 431, "headers_too_large");
  }

  private static void assertRaised(
      Class<? extends OpenAIServiceException> type, OpenAIClient client, int status, String code) {
    for (var stream : new boolean[] {false, true}) {
      var e = catchThrowableOfType(type, () -> ask(client, stream));
      assertThat(e.statusCode()).isEqualTo(status);
      assertThat(e.code()).contains(code);
    }
  }

  @Test
  void aReplyThatBreaksOffIsNoReply() throws Exception {
    var whole = Wire.json(ChatReply.PLAIN.whole(1));
    stage.provider().otherwise(Acts.cut(whole, whole.length - 20));
    assertThatThrownBy(() -> ask(through("sk-1"), false)).isInstanceOf(OpenAIException.class);
    var stream = Wire.stream(ChatReply.PLAIN.stream(1, true));
    stage.provider().otherwise(Acts.cut(stream, stream.length - 40));
    assertThatThrownBy(() -> ask(through("sk-1"), true)).isInstanceOf(OpenAIException.class);
  }

  @Test
  void theCredentialReachesTheProvider() throws Exception {
    ask(through("sk-secret"), false);
    var head = stage.provider().call(0).head();
    assertThat(head.all("authorization")).containsExactly("Bearer sk-secret");
    assertThat(head.get("user-agent")).startsWith("OpenAIClientImpl/Java");
  }

  private static void ask(OpenAIClient client, boolean stream) throws Exception {
    var params = params(ChatReply.PLAIN, 1).build();
    if (stream) {
      stream(client, params);
    } else {
      whole(client, params);
    }
  }

  private static ChatCompletion whole(OpenAIClient client, ChatCompletionCreateParams params) {
    return client.chat().completions().create(params).validate();
  }

  private static List<ChatCompletionChunk> stream(
      OpenAIClient client, ChatCompletionCreateParams params) {
    try (var chunks = client.chat().completions().createStreaming(params)) {
      return chunks.stream().map(ChatCompletionChunk::validate).toList();
    }
  }

  private static ChatCompletion accumulated(List<ChatCompletionChunk> chunks) {
    var accumulator = ChatCompletionAccumulator.create();
    chunks.forEach(accumulator::accumulate);
    return accumulator.chatCompletion();
  }

  private static ChatCompletionCreateParams.Builder params(ChatReply reply, int choices) {
    return ChatCompletionCreateParams.builder()
        .model(ChatReply.MODEL)
        .n(choices)
        .addUserMessage(reply.name());
  }

  private static ChatCompletionStreamOptions usage(boolean included) {
    return ChatCompletionStreamOptions.builder().includeUsage(included).build();
  }

  private OpenAIClient direct() {
    return client(stage.provider().url() + "/v1", "sk-direct");
  }

  private OpenAIClient through(String key, String... header) {
    return client("http://127.0.0.1:" + stage.port() + "/v1", key, header);
  }

  private OpenAIClient client(String url, String key, String... header) {
    var builder = OpenAIOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(0);
    if (header.length > 0) {
      builder.putHeader(header[0], header[1]);
    }
    var client = builder.build();
    clients.add(client);
    return client;
  }
}
