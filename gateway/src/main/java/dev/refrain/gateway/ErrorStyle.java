package dev.refrain.gateway;

import dev.refrain.dialect.AnthropicMessages;
import dev.refrain.dialect.Gemini;
import dev.refrain.dialect.Ollama;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.dialect.Rerank;
import java.util.regex.Pattern;

/** How a vendor writes errors, so that his own clients raise the exceptions they know. */
enum ErrorStyle {
  OPENAI {
    @Override
    byte[] write(int status, String code, String message) {
      return OpenAiChat.DIALECT.error(status, code, message);
    }
  },

  ANTHROPIC {
    @Override
    byte[] write(int status, String code, String message) {
      return AnthropicMessages.DIALECT.error(status, code, message);
    }
  },

  GEMINI {
    @Override
    byte[] write(int status, String code, String message) {
      return Gemini.DIALECT.error(status, code, message);
    }
  },

  OLLAMA {
    @Override
    byte[] write(int status, String code, String message) {
      return Ollama.DIALECT.error(status, code, message);
    }
  },

  COHERE {
    @Override
    byte[] write(int status, String code, String message) {
      return Rerank.DIALECT.error(status, code, message);
    }
  };

  // The name of an upstream may come before each.
  private static final Pattern OF_GEMINI =
      Pattern.compile("^(/\\w[^/]*)?/(upload/)?v1(alpha|beta)|:\\w+(Content|Contents|Tokens)$");
  private static final Pattern OF_OLLAMA = Pattern.compile("^(/\\w[^/]*)?/api/(?!v\\d)");
  private static final Pattern OF_COHERE = Pattern.compile("^(/\\w[^/]*)?/v[12]/rerank");

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

  abstract byte[] write(int status, String code, String message);
}
