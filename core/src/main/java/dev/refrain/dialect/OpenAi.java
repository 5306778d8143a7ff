package dev.refrain.dialect;

import dev.refrain.json.JsonWriter;
import java.util.List;

/** What OpenAI does alike everywhere. */
final class OpenAi {
  /** Who is billed, and which beta is on; and which guardrails Bedrock puts in between. */
  static final List<String> DECIDING_HEADERS =
      List.of(
          "openai-beta",
          "openai-organization",
          "openai-project",
          "x-amzn-bedrock-guardrailidentifier",
          "x-amzn-bedrock-guardrailversion",
          "x-amzn-bedrock-trace");

  private OpenAi() {}

  /** Returns an error as OpenAI writes it. */
  static byte[] error(int status, String code, String message) {
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
