package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicChatResponseMetadata;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.refrain.gateway.testing.ChatReply;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.Stage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * LangChain4j, with clients of its own for both vendors, is told the same with the gateway between
 * and without, the first time and the second, down to the bytes.
 */
@Timeout(60)
final class LangChain4jTest {
  private Stage stage;

  /** Another provider of the same, since the clients keep connections to whom they have asked. */
  private FakeProvider direct;

  /** What a program sees of an answer, or what it is thrown. */
  record Told(String answer, String text, List<String> parts, String raw, String cacheStatus) {
    static Told thrown(Throwable thrown, List<String> parts) {
      return new Told(thrown.toString(), "", parts, "", "");
    }

    boolean isHit() {
      return cacheStatus.startsWith("refrain; hit");
    }

    /** All but where it came from. */
    Told anywhere() {
      return new Told(answer, text, parts, raw, "");
    }
  }

  @FunctionalInterface
  private interface Client {
    Told ask(URI url, ChatRequest request) throws Exception;
  }

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    direct = FakeProvider.start();
  }

  @AfterEach
  void close() throws Exception {
    direct.close();
    stage.close();
  }

  @ParameterizedTest
  @EnumSource
  void chatsOfOpenAiAreTheSame(ChatReply reply) throws Exception {
    provide(ChatReply.byName());
    compare(LangChain4jTest::openAi, reply.name(), reply.isKept());
  }

  @ParameterizedTest
  @EnumSource
  void streamsOfOpenAiAreTheSame(ChatReply reply) throws Exception {
    provide(ChatReply.byName());
    compare(LangChain4jTest::openAiStream, reply.name(), reply.isKept());
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfAnthropicAreTheSame(MessageReply reply) throws Exception {
    provide(MessageReply.byName());
    compare(LangChain4jTest::anthropic, reply.name(), reply.isKept());
  }

  @ParameterizedTest
  @EnumSource
  void streamsOfAnthropicAreTheSame(MessageReply reply) throws Exception {
    provide(MessageReply.byName());
    compare(LangChain4jTest::anthropicStream, reply.name(), reply.isKept());
  }

  @Test
  void whoOffersToolsIsNotAnsweredFromTheCache() throws Exception {
    var tool =
        ToolSpecification.builder()
            .name("weather")
            .parameters(JsonObjectSchema.builder().addStringProperty("city").build())
            .build();
    provide(ChatReply.byName());
    var chat = ChatRequest.builder().messages(UserMessage.from("PLAIN")).toolSpecifications(tool);
    for (Client client : List.<Client>of(LangChain4jTest::openAi, LangChain4jTest::openAiStream)) {
      compare(client, chat.build(), false);
    }
    provide(MessageReply.byName());
    var message = ChatRequest.builder().messages(UserMessage.from("TEXT")).toolSpecifications(tool);
    compare(LangChain4jTest::anthropic, message.build(), false);
    compare(LangChain4jTest::anthropicStream, message.build(), false);
  }

  @Test
  void errorsAreTheSame() throws Exception {
    for (var status : List.of(400, 401, 404, 429, 500, 503)) {
      provide(ChatReply.byName());
      compare(LangChain4jTest::openAi, "ERROR " + status, false);
      compare(LangChain4jTest::openAiStream, "ERROR " + status, false);
      provide(MessageReply.byName());
      compare(LangChain4jTest::anthropic, "ERROR " + status + " some_error", false);
    }
  }

  private void provide(FakeProvider.Act act) {
    direct.otherwise(act);
    stage.provider().otherwise(act);
  }

  private void compare(Client client, String question, boolean kept) throws Exception {
    compare(client, ChatRequest.builder().messages(UserMessage.from(question)).build(), kept);
  }

  private void compare(Client client, ChatRequest request, boolean kept) throws Exception {
    var gateway = URI.create("http://127.0.0.1:" + stage.port());
    var expected = client.ask(direct.url(), request);
    assertThat(expected.answer).isNotEmpty();
    var first = client.ask(gateway, request);
    stage.awaitCalm();
    var second = client.ask(gateway, request);
    stage.awaitCalm();
    assertThat(first.anywhere()).isEqualTo(expected.anywhere());
    assertThat(second.anywhere()).isEqualTo(expected.anywhere());
    assertThat(first.isHit()).isFalse();
    assertThat(second.isHit()).isEqualTo(kept);
  }

  static Told openAi(URI url, ChatRequest request) {
    var model =
        OpenAiChatModel.builder()
            .baseUrl(url + "/v1")
            .apiKey("sk-1")
            .modelName(ChatReply.MODEL)
            .returnThinking(true)
            .maxRetries(0);
    return whole(model.build(), request);
  }

  static Told anthropic(URI url, ChatRequest request) {
    var model =
        AnthropicChatModel.builder()
            .baseUrl(url + "/v1")
            .apiKey("sk-1")
            .modelName(MessageReply.MODEL)
            .returnThinking(true)
            .maxRetries(0);
    return whole(model.build(), request);
  }

  static Told openAiStream(URI url, ChatRequest request) throws Exception {
    var model =
        OpenAiStreamingChatModel.builder()
            .baseUrl(url + "/v1")
            .apiKey("sk-1")
            .modelName(ChatReply.MODEL)
            .returnThinking(true);
    return streamed(model.build(), request);
  }

  static Told anthropicStream(URI url, ChatRequest request) throws Exception {
    var model =
        AnthropicStreamingChatModel.builder()
            .baseUrl(url + "/v1")
            .apiKey("sk-1")
            .modelName(MessageReply.MODEL)
            .returnThinking(true);
    return streamed(model.build(), request);
  }

  private static Told whole(ChatModel model, ChatRequest request) {
    ChatResponse response;
    try {
      response = model.chat(request);
    } catch (RuntimeException e) {
      return Told.thrown(e, List.of());
    }
    return told(response, List.of());
  }

  private static Told streamed(StreamingChatModel model, ChatRequest request) throws Exception {
    var parts = new ArrayList<String>();
    var whole = new CompletableFuture<Told>();
    model.chat(
        request,
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String part) {
            parts.add(part);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            whole.complete(told(response, parts));
          }

          @Override
          public void onError(Throwable error) {
            whole.complete(Told.thrown(error, parts));
          }
        });
    return whole.get(20, TimeUnit.SECONDS);
  }

  private static Told told(ChatResponse response, List<String> parts) {
    var http = http(response);
    var raw = new StringBuilder(String.valueOf(http.body()));
    events(response).forEach(event -> raw.append('\n').append(event));
    var answer =
        "%s %s %s %s %s"
            .formatted(
                response.id(),
                response.modelName(),
                response.aiMessage(),
                response.finishReason(),
                response.tokenUsage());
    var cacheStatus = new ArrayList<String>();
    http.headers()
        .forEach((name, values) -> {
          if (name.equalsIgnoreCase("cache-status")) {
            cacheStatus.addAll(values);
          }
        });
    var text = response.aiMessage().text();
    return new Told(answer, text, parts, raw.toString(), String.join(", ", cacheStatus));
  }

  private static SuccessfulHttpResponse http(ChatResponse response) {
    return (response.metadata() instanceof OpenAiChatResponseMetadata openAi)
        ? openAi.rawHttpResponse()
        : ((AnthropicChatResponseMetadata) response.metadata()).rawHttpResponse();
  }

  private static List<ServerSentEvent> events(ChatResponse response) {
    var events =
        (response.metadata() instanceof OpenAiChatResponseMetadata openAi)
            ? openAi.rawServerSentEvents()
            : ((AnthropicChatResponseMetadata) response.metadata()).rawServerSentEvents();
    return (events == null) ? List.of() : events;
  }
}
