package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.Sleeper;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.ConflictException;
import com.anthropic.errors.ContentTooLargeException;
import com.anthropic.errors.GatewayTimeoutException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.OverloadedException;
import com.anthropic.errors.PaymentRequiredException;
import com.anthropic.errors.PermissionDeniedException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.RequestHeaderFieldsTooLargeException;
import com.anthropic.errors.SseException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Anthropic's own client for Java sees no difference, and understands what goes wrong. */
@Timeout(60)
final class AnthropicJavaTest {
  private final List<AnthropicClient> clients = new ArrayList<>();
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage.provider().otherwise(MessageReply.byName());
  }

  @AfterEach
  void close() throws Exception {
    clients.forEach(AnthropicClient::close);
    stage.close();
  }

  @ParameterizedTest
  @EnumSource
  void aReplyIsTheSameInEveryField(MessageReply reply) throws Exception {
    var expected = whole(direct(), reply.name());
    int calls = stage.provider().calls();
    var client = through("sk-ant-1");

    assertThat(whole(client, reply.name())).isEqualTo(expected);
    stage.awaitCalm();
    assertThat(whole(client, reply.name())).isEqualTo(expected);
    assertThat(stage.provider().calls() - calls).isEqualTo(reply.isKept() ? 1 : 2);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsTheSameInEveryField(MessageReply reply) throws Exception {
    var expected = stream(direct(), reply.name());
    int calls = stage.provider().calls();
    var client = through("sk-ant-1");

    assertThat(stream(client, reply.name())).isEqualTo(expected);
    stage.awaitCalm();
    assertThat(stream(client, reply.name())).isEqualTo(expected);
    assertThat(stage.provider().calls() - calls).isEqualTo(reply.isKept() ? 1 : 2);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"TOOL_USE", "REFUSAL"},
      mode = Mode.EXCLUDE)
  void aReplyToldAsAStreamTellsTheSame(MessageReply reply) throws Exception {
    var client = through("sk-ant-1");
    var told = whole(client, reply.name());
    stage.awaitCalm();
    int calls = stage.provider().calls();

    assertSame(accumulated(stream(client, reply.name())), told);
    assertThat(stage.provider().calls()).isEqualTo(calls);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"TOOL_USE", "REFUSAL"},
      mode = Mode.EXCLUDE)
  void aStreamToldAsAReplyTellsTheSame(MessageReply reply) throws Exception {
    var client = through("sk-ant-1");
    var told = accumulated(stream(client, reply.name()));
    stage.awaitCalm();
    int calls = stage.provider().calls();

    assertSame(told, whole(client, reply.name()));
    assertThat(stage.provider().calls()).isEqualTo(calls);
  }

  private static void assertSame(Message accumulated, Message told) {
    assertThat(accumulated.content()).isEqualTo(told.content());
    assertThat(accumulated.usage()).isEqualTo(told.usage());
    assertThat(accumulated.toBuilder().content(List.of()).build())
        .isEqualTo(told.toBuilder().content(List.of()).build());
  }

  @Test
  void aCountIsKeptToo() throws Exception {
    var client = through("sk-ant-1");
    for (int i = 0; i < 2; i++) {
      assertThat(count(client)).isEqualTo(14);
      stage.awaitCalm();
    }
    assertThat(stage.provider().calls()).isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error",
    "401, authentication_error",
    "402, billing_error",
    "403, permission_error",
    "404, not_found_error",
    "409, conflict_error",
    "413, request_too_large",
    "429, rate_limit_error",
    "500, api_error",
    "504, timeout_error",
    "529, overloaded_error"
  })
  void anErrorOfTheProviderRaisesItsException(int status, String type) throws Exception {
    var client = through("sk-ant-1");
    for (var stream : new boolean[] {false, true}) {
      var e =
          catchThrowableOfType(
              raised(status), () -> ask(client, "ERROR " + status + " " + type, stream));
      assertThat(e.statusCode()).isEqualTo(status);
      assertThat(e.type().orElseThrow().asString()).isEqualTo(type);
      assertThat(e.errorCode()).contains("a_code");
      assertThat(e.apiMessage()).contains("Das geht nicht.");
      assertThat(e.headers().values("anthropic-ratelimit-requests-remaining")).containsExactly("0");
      assertThat(e.headers().values("request-id")).hasSize(1);
    }
    assertThat(stage.provider().calls()).isEqualTo(2);
  }

  private static Class<? extends AnthropicServiceException> raised(int status) {
    return switch (status) {
      case 400 -> BadRequestException.class;
      case 401 -> UnauthorizedException.class;
      case 402 -> PaymentRequiredException.class;
      case 403 -> PermissionDeniedException.class;
      case 404 -> NotFoundException.class;
      case 409 -> ConflictException.class;
      case 413 -> ContentTooLargeException.class;
      case 429 -> RateLimitException.class;
      case 504 -> GatewayTimeoutException.class;
      case 529 -> OverloadedException.class;
      default -> InternalServerException.class;
    };
  }

  @Test
  void anErrorOfTheGatewayRaisesItsException() throws Exception {
    stage.provider().stopListening();
    assertRaised(InternalServerException.class, through("sk-ant-1"), 502, "upstream_unreachable");
    var nowhere = client("http://127.0.0.1:" + stage.port() + "/-/nowhere", "sk-ant-1");
    assertRaised(NotFoundException.class, nowhere, 404, "not_found");
    var large = through("sk-ant-1", "x-large", "x".repeat(40_000));
    assertRaised(RequestHeaderFieldsTooLargeException.class, large, 431, "headers_too_large");
  }

  private static void assertRaised(
      Class<? extends AnthropicServiceException> type,
      AnthropicClient client,
      int status,
      String code) {
    for (var stream : new boolean[] {false, true}) {
      var e = catchThrowableOfType(type, () -> ask(client, "TEXT", stream));
      assertThat(e.statusCode()).isEqualTo(status);
      assertThat(e.errorCode()).contains(code);
    }
  }

  @Test
  void anErrorInTheMiddleOfAStreamIsRaisedAndNotKept() throws Exception {
    var events = new ArrayList<>(MessageReply.TEXT.stream().subList(0, 4));
    events.add(
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            + "\"message\":\"Overloaded\"}}\n\n");
    stage.provider().otherwise(Acts.reply(Wire.stream(events)));
    var client = through("sk-ant-1");
    for (int i = 1; i <= 2; i++) {
      var e = catchThrowableOfType(SseException.class, () -> ask(client, "TEXT", true));
      assertThat(e.apiMessage()).contains("Overloaded");
      stage.awaitCalm();
      assertThat(stage.provider().calls()).isEqualTo(i);
    }
  }

  @Test
  void aReplyThatBreaksOffIsNoReply() throws Exception {
    var whole = Wire.json(MessageReply.TEXT.whole());
    stage.provider().otherwise(Acts.cut(whole, whole.length - 20));
    assertThatThrownBy(() -> ask(through("sk-ant-1"), "TEXT", false))
        .isInstanceOf(AnthropicException.class);
    var stream = Wire.stream(MessageReply.TEXT.stream());
    stage.provider().otherwise(Acts.cut(stream, stream.length - 40));
    assertThatThrownBy(() -> ask(through("sk-ant-1"), "TEXT", true))
        .isInstanceOf(AnthropicException.class);
  }

  @Test
  void onlyWhoHoldsTheSameKeySharesAnAnswer() throws Exception {
    ask(through("sk-ant-1"), "TEXT", false);
    stage.awaitCalm();
    ask(through("sk-ant-1"), "TEXT", false);
    assertThat(stage.provider().calls()).isOne();
    ask(through("sk-ant-2"), "TEXT", false);
    assertThat(stage.provider().calls()).isEqualTo(2);
    var head = stage.provider().call(1).head();
    assertThat(head.all("authorization")).containsExactly("Bearer sk-ant-2");
    assertThat(head.all("anthropic-version")).hasSize(1);
    assertThat(head.line()).isEqualTo("POST /v1/messages HTTP/1.1");
  }

  @Test
  void theRehearsalSpeaksAnthropicToo() throws Exception {
    var demo = MessageCreateParams.builder().model("demo").maxTokens(100).addUserMessage("Hi?");
    var client = through("sk-ant-1");
    var streamed = accumulated(stream(client, demo.build()));
    stage.awaitCalm();

    assertSame(streamed, client.messages().create(demo.build()));
    assertThat(streamed.content().getFirst().asText().text())
        .startsWith("You asked: \u201cHi?\u201d This is the rehearsal of call 1.");
    assertThat(stage.provider().calls()).isZero();
  }

  /** The second attempt waits for the call of the first, and gives up; the third gets its reply. */
  @Test
  void whoeverTriesAgainJoinsTheCallUnderWay() throws Exception {
    var gate = new Gate();
    stage.provider().next(Acts.held(gate, Wire.json(MessageReply.TEXT.whole())));
    var impatient =
        keep(
            AnthropicOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + stage.port())
                .apiKey("sk-ant-1")
                .timeout(Duration.ofMillis(500))
                .maxRetries(20)
                .sleeper(new OpeningAtTheSecond(gate))
                .build());

    assertThat(whole(impatient, "TEXT").id()).startsWith("msg_");
    assertThat(stage.provider().calls()).isOne();
  }

  /** Lets nobody wait, and opens a gate when two attempts have failed. */
  private static final class OpeningAtTheSecond implements Sleeper {
    private final Gate gate;
    private int failed;

    OpeningAtTheSecond(Gate gate) {
      this.gate = gate;
    }

    @Override
    public void sleep(Duration duration) {
      if (++failed == 2) {
        gate.open();
      }
    }

    @Override
    public CompletableFuture<Void> sleepAsync(Duration duration) {
      throw new AssertionError("nothing is asynchronous here");
    }

    @Override
    public void close() {} // nothing is open
  }

  private static void ask(AnthropicClient client, String question, boolean stream)
      throws Exception {
    if (stream) {
      stream(client, question);
    } else {
      whole(client, question);
    }
  }

  private static Message whole(AnthropicClient client, String question) {
    return client.messages().create(params(question));
  }

  private static List<RawMessageStreamEvent> stream(AnthropicClient client, String question) {
    return stream(client, params(question));
  }

  private static List<RawMessageStreamEvent> stream(
      AnthropicClient client, MessageCreateParams params) {
    try (var events = client.messages().createStreaming(params)) {
      return events.stream().toList();
    }
  }

  private static Message accumulated(List<RawMessageStreamEvent> events) {
    var accumulator = MessageAccumulator.create();
    events.forEach(accumulator::accumulate);
    return accumulator.message();
  }

  private static long count(AnthropicClient client) {
    var params =
        MessageCountTokensParams.builder().model(MessageReply.MODEL).addUserMessage("Hi").build();
    return client.messages().countTokens(params).validate().inputTokens();
  }

  private static MessageCreateParams params(String question) {
    return MessageCreateParams.builder()
        .model(MessageReply.MODEL)
        .maxTokens(100)
        .addUserMessage(question)
        .build();
  }

  private AnthropicClient direct() {
    return client(stage.provider().url().toString(), "sk-ant-direct");
  }

  private AnthropicClient through(String key, String... header) {
    return client("http://127.0.0.1:" + stage.port(), key, header);
  }

  private AnthropicClient client(String url, String key, String... header) {
    var builder = AnthropicOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(0);
    if (header.length > 0) {
      builder.putHeader(header[0], header[1]);
    }
    return keep(builder.build());
  }

  private AnthropicClient keep(AnthropicClient client) {
    clients.add(client);
    return client;
  }
}
