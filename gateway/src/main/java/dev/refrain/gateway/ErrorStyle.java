package dev.refrain.gateway;

import dev.refrain.dialect.AnthropicMessages;
import dev.refrain.dialect.OpenAiChat;

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
  };

  /** Returns the style of the vendor to whom a path belongs. */
  static ErrorStyle of(String path) {
    boolean anthropic = path.contains("/v1/messages") || path.startsWith("/anthropic/");
    return anthropic ? ANTHROPIC : OPENAI;
  }

  abstract byte[] write(int status, String code, String message);
}
