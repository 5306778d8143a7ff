package dev.refrain.gateway;

import dev.refrain.Dialect;
import dev.refrain.dialect.AnthropicMessages;
import dev.refrain.dialect.Gemini;
import dev.refrain.dialect.Ollama;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.dialect.Rerank;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** How a vendor writes errors, so that his own clients raise the exceptions they know. */
@SuppressWarnings("ImmutableEnumChecker") // dialects keep nothing
enum ErrorStyle {
  OPENAI(OpenAiChat.DIALECT),
  ANTHROPIC(AnthropicMessages.DIALECT),
  GEMINI(Gemini.DIALECT),
  OLLAMA(Ollama.DIALECT),
  COHERE(Rerank.DIALECT);

  // The name of an upstream may come before each.
  private static final Pattern OF_GEMINI =
      Pattern.compile("^(/\\w[^/]*)?/(upload/)?v1(alpha|beta)|:\\w+(Content|Contents|Tokens)$");
  private static final Pattern OF_OLLAMA = Pattern.compile("^(/\\w[^/]*)?/api/(?!v\\d)");
  private static final Pattern OF_COHERE = Pattern.compile("^(/\\w[^/]*)?/v[12]/rerank");

  private final Dialect dialect;

  ErrorStyle(Dialect dialect) {
    this.dialect = dialect;
  }

  /** Returns the style in which the client of a request reads errors. */
  static ErrorStyle of(HttpServerRequest request) {
    var style = of((request.path() == null) ? "" : request.path());
    boolean isForAnthropic = Upstreams.isForAnthropic(request.headers());
    return (style == OPENAI && isForAnthropic) ? ANTHROPIC : style;
  }

  /** Returns the style of the vendor to whom a path belongs. */
  static ErrorStyle of(String path) {
    if (path.contains("/v1/messages") || path.startsWith("/anthropic/")) {
      return ANTHROPIC;
    }
    if (OF_GEMINI.matcher(path).find()) {
      return GEMINI;
    }
    if (OF_OLLAMA.matcher(path).find()) {
      return OLLAMA;
    }
    return OF_COHERE.matcher(path).find() ? COHERE : OPENAI;
  }

  /** Returns an error as the last event of a stream that has begun. */
  byte[] event(int status, String code, String message) {
    var json = new String(write(status, code, message), StandardCharsets.UTF_8);
    var name = (this == ANTHROPIC) ? "event: error\n" : "";
    return (name + "data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  byte[] write(int status, String code, String message) {
    return dialect.error(status, code, message);
  }
}
