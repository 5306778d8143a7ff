package dev.refrain.gateway.testing;

import com.anthropic.client.AnthropicClientImpl;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClientImpl;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.sse.SseEvent;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The vendors' clients for Java, given a stream as if it had come over the net. */
public enum JavaClient {
  OPENAI(
      "",
      """
      {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",\
      "choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}\
      """) {
    @Override
    String text(Json event) {
      return event.get("choices").elements().iterator().next().get("delta").get("content").text();
    }

    @Override
    public Reader reader() {
      var wire = new OpenAiWire();
      var options = com.openai.core.ClientOptions.builder().httpClient(wire).apiKey("sk-1");
      var question = ChatCompletionCreateParams.builder().model("m").addUserMessage("Who?").build();
      var client = new OpenAIClientImpl(options.build());
      return stream -> {
        wire.body = stream;
        try (var read = client.chat().completions().createStreaming(question)) {
          return read.stream()
              .map(chunk -> chunk.choices().getFirst().delta().content().orElseThrow())
              .toList();
        }
      };
    }
  },

  ANTHROPIC(
      "content_block_delta",
      """
      {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}\
      """) {
    @Override
    String text(Json event) {
      return event.get("delta").get("text").text();
    }

    @Override
    public Reader reader() {
      var wire = new AnthropicWire();
      var options = com.anthropic.core.ClientOptions.builder().httpClient(wire);
      var question =
          MessageCreateParams.builder().model("m").maxTokens(9).addUserMessage("Who?").build();
      var client = new AnthropicClientImpl(options.build());
      return stream -> {
        wire.body = stream;
        try (var read = client.messages().createStreaming(question)) {
          return read.stream()
              .map(event -> event.asContentBlockDelta().delta().asText().text())
              .toList();
        }
      };
    }
  };

  private final String type;
  private final String event;

  JavaClient(String type, String event) {
    this.type = type;
    this.event = event;
  }

  /** Returns what events must be called to be heard, or nothing. */
  public String type() {
    return type;
  }

  /** Returns what is in an event, with a place for its text. */
  public String event() {
    return event;
  }

  /** Returns the text of an event. */
  public String text(SseEvent event) {
    try {
      return text(Json.parse(event.bytes()));
    } catch (JsonRejected e) {
      throw new AssertionError(e);
    }
  }

  abstract String text(Json event);

  /** A client that is given one stream after the other. */
  @FunctionalInterface
  public interface Reader {
    /** Returns the texts that the client reads. */
    List<String> texts(InputStream stream);
  }

  /** Returns a client. */
  public abstract Reader reader();

  /** Answers with what it was given last. */
  private static final class OpenAiWire
      implements com.openai.core.http.HttpClient, com.openai.core.http.HttpResponse {
    private InputStream body = InputStream.nullInputStream();

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public com.openai.core.http.HttpResponse execute(
        com.openai.core.http.HttpRequest request, com.openai.core.RequestOptions options) {
      return this;
    }

    @Override
    public CompletableFuture<com.openai.core.http.HttpResponse> executeAsync(
        com.openai.core.http.HttpRequest request, com.openai.core.RequestOptions options) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public int statusCode() {
      return 200;
    }

    @Override
    public com.openai.core.http.Headers headers() {
      return com.openai.core.http.Headers.builder()
          .put("content-type", "text/event-stream")
          .build();
    }

    @Override
    public void close() {}
  }

  /** The same for the other one. */
  private static final class AnthropicWire
      implements com.anthropic.core.http.HttpClient, com.anthropic.core.http.HttpResponse {
    private InputStream body = InputStream.nullInputStream();

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public com.anthropic.core.http.HttpResponse execute(
        com.anthropic.core.http.HttpRequest request, com.anthropic.core.RequestOptions options) {
      return this;
    }

    @Override
    public CompletableFuture<com.anthropic.core.http.HttpResponse> executeAsync(
        com.anthropic.core.http.HttpRequest request, com.anthropic.core.RequestOptions options) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public int statusCode() {
      return 200;
    }

    @Override
    public com.anthropic.core.http.Headers headers() {
      return com.anthropic.core.http.Headers.builder()
          .put("content-type", "text/event-stream")
          .build();
    }

    @Override
    public void close() {}
  }
}
