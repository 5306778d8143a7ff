package dev.refrain.dialect;

import dev.refrain.json.JsonWriter;

/** An error as OpenAI writes it. */
final class OpenAiError {
  private OpenAiError() {}

  static byte[] body(int status, String code, String message) {
    return new JsonWriter()
        .beginObject()
        .name("error")
        .beginObject()
        .name("message")
        .string(message)
        .name("type")
        .string(type(status))
        .name("param")
        .nothing()
        .name("code")
        .string(code)
        .endObject()
        .endObject()
        .toBytes();
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> (status < 500) ? "invalid_request_error" : "server_error";
    };
  }
}
