package dev.refrain.dialect;

import dev.refrain.json.JsonWriter;

/** An error as Anthropic writes it; the code stands where the vendor names causes by codes. */
final class AnthropicError {
  private AnthropicError() {}

  static byte[] body(int status, String code, String message) {
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
        .name("details")
        .beginObject()
        .name("error_code")
        .string(code)
        .endObject()
        .endObject()
        .name("request_id")
        .nothing()
        .endObject()
        .toBytes();
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503, 529 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> (status < 500) ? "invalid_request_error" : "api_error";
    };
  }
}
