package dev.refrain.gateway;

import dev.refrain.dialect.OpenAiChat;
import dev.refrain.json.JsonWriter;

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
      return new JsonWriter()
          .beginObject()
          .name("type")
          .string("error")
          .name("error")
          .beginObject()
          .name("type")
          .string(type(status))
          .name("message")
          .string(message)
          .endObject()
          .endObject()
          .toBytes();
    }

    private static String type(int status) {
      return switch (status) {
        case 401 -> "authentication_error";
        case 403 -> "permission_error";
        case 404 -> "not_found_error";
        case 413 -> "request_too_large";
        case 429 -> "rate_limit_error";
        case 529 -> "overloaded_error";
        default -> (status < SERVER_ERRORS) ? "invalid_request_error" : "api_error";
      };
    }
  };

  private static final int SERVER_ERRORS = 500;

  /** Returns the style of the vendor to whom a path belongs. */
  static ErrorStyle of(String path) {
    return path.contains("/v1/messages") ? ANTHROPIC : OPENAI;
  }

  abstract byte[] write(int status, String code, String message);
}
