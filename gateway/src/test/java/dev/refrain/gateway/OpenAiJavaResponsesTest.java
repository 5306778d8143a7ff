package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.ResponseReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's own client for Java sees no difference in responses, completions and moderations. */
@Timeout(60)
final class OpenAiJavaResponsesTest {
  private final List<OpenAIClient> clients = new ArrayList<>();
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage.provider().otherwise(ResponseReply.byName());
  }

  @AfterEach
  void close() throws Exception {
    clients.forEach(OpenAIClient::close);
    stage.close();
  }

  @ParameterizedTest
  @EnumSource
  void aResponseIsTheSameInEveryField(ResponseReply reply) throws Exception {
    var expected = whole(direct(), reply);
    int calls = stage.provider().calls();
    var client = through();
    assertThat(whole(client, reply)).isEqualTo(expected);
    stage.awaitCalm();
    assertThat(whole(client, reply)).isEqualTo(expected);
    assertThat(stage.provider().calls() - calls).isEqualTo(reply.isKept() ? 1 : 2);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsTheSameInEveryField(ResponseReply reply) throws Exception {
    var expected = stream(direct(), reply);
    int calls = stage.provider().calls();
    var client = through();
    assertThat(stream(client, reply)).isEqualTo(expected);
    stage.awaitCalm();
    assertThat(stream(client, reply)).isEqualTo(expected);
    assertThat(stage.provider().calls() - calls).isEqualTo(reply.isKept() ? 1 : 2);
  }

  /** The client puts the response together from the events before the last, too. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "REASONING"})
  void aResponseToldAsAStreamTellsTheSame(ResponseReply reply) throws Exception {
    var client = through();
    var expected = whole(client, reply);
    stage.awaitCalm();
    var accumulator = ResponseAccumulator.createWithSnapshots();
    stream(client, reply).forEach(accumulator::accumulate);
    assertThat(accumulator.response()).isEqualTo(expected);
    assertThat(accumulator.reconstructedResponse().output()).isEqualTo(expected.output());
    assertThat(stage.provider().calls()).isOne();
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "REASONING"})
  void aStreamToldAsAResponseTellsTheSame(ResponseReply reply) throws Exception {
    var client = through();
    var accumulator = ResponseAccumulator.create();
    stream(client, reply).forEach(accumulator::accumulate);
    stage.awaitCalm();
    assertThat(whole(client, reply)).isEqualTo(accumulator.response());
    assertThat(stage.provider().calls()).isOne();
  }

  @Test
  void whatTheProviderIsToRememberIsNotAnsweredFromTheCache() throws Exception {
    var client = through();
    for (int call = 1; call <= 2; call++) {
      client.responses().create(params(ResponseReply.PLAIN).store(true).build());
      stage.awaitCalm();
      assertThat(stage.provider().calls()).isEqualTo(call);
    }
  }

  @Test
  void anErrorOfTheProviderRaisesItsException() throws Exception {
    var error =
        "{\"error\":{\"message\":\"Nö\",\"type\":\"a_type\",\"param\":\"n\",\"code\":\"a_code\"}}";
    stage.provider().otherwise(Acts.reply(Wire.json(429, error)));
    var client = through();
    for (int call = 1; call <= 2; call++) {
      var e =
          catchThrowableOfType(RateLimitException.class, () -> stream(client, ResponseReply.PLAIN));
      assertThat(e.code()).contains("a_code");
      stage.awaitCalm();
      assertThat(stage.provider().calls()).isEqualTo(call);
    }
  }

  @Test
  void aCompletionIsCalledForOnce() throws Exception {
    stage
        .provider()
        .otherwise(
            Acts.reply(
                Wire.json(
                    """
                    {"id":"cmpl-1","object":"text_completion","created":1756315696,
                    "model":"gpt-3.5-turbo-instruct","choices":[{"text":" upon a time","index":0,
                    "logprobs":null,"finish_reason":"stop"}],
                    "usage":{"prompt_tokens":1,"completion_tokens":3,"total_tokens":4}}
                    """)));
    var params =
        CompletionCreateParams.builder().model("gpt-3.5-turbo-instruct").prompt("Once").build();
    var client = through();
    var first = client.completions().create(params).validate();
    stage.awaitCalm();
    assertThat(client.completions().create(params)).isEqualTo(first);
    var text = new StringBuilder();
    try (var chunks = client.completions().createStreaming(params)) {
      chunks.stream().forEach(chunk -> text.append(chunk.choices().getFirst().text()));
    }
    assertThat(text).hasToString(" upon a time");
    assertThat(stage.provider().calls()).isOne();
  }

  @Test
  void aModerationIsCalledForOnce() throws Exception {
    stage
        .provider()
        .otherwise(
            Acts.reply(
                Wire.json(
                    """
                    {"id":"modr-1","model":"omni-moderation-latest","results":[
                    {"flagged":true,"categories":{},"category_scores":{}}]}
                    """)));
    var params = ModerationCreateParams.builder().input("Hi").build();
    var client = through();
    var first = client.moderations().create(params);
    stage.awaitCalm();
    assertThat(client.moderations().create(params)).isEqualTo(first);
    assertThat(stage.provider().calls()).isOne();
  }

  private static Response whole(OpenAIClient client, ResponseReply reply) {
    return client.responses().create(params(reply).build()).validate();
  }

  private static List<ResponseStreamEvent> stream(OpenAIClient client, ResponseReply reply) {
    try (var events = client.responses().createStreaming(params(reply).build())) {
      return events.stream().map(ResponseStreamEvent::validate).toList();
    }
  }

  private static ResponseCreateParams.Builder params(ResponseReply reply) {
    return ResponseCreateParams.builder().model(ResponseReply.MODEL).input(reply.name());
  }

  private OpenAIClient direct() {
    return client(stage.provider().url() + "/v1");
  }

  private OpenAIClient through() {
    return client("http://127.0.0.1:" + stage.port() + "/v1");
  }

  private OpenAIClient client(String url) {
    var client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey("sk-1").maxRetries(0).build();
    clients.add(client);
    return client;
  }
}
