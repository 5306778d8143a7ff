package dev.refrain.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is answered to the operator.
 *
 * @param headers beside those that all such answers have; names in lower case
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record AdminReply(int status, String type, Map<String, String> headers, byte[] body) {
  private static final int OK = 200;

  public AdminReply {
    headers = Map.copyOf(headers);
  }

  /** JSON, after the writer has written it. */
  public static AdminReply json(JsonWriter json) {
    return new AdminReply(OK, "application/json", Map.of(), json.toBytes());
  }

  /** Plain text. */
  public static AdminReply text(String type, String text) {
    return new AdminReply(OK, type, Map.of(), text.getBytes(UTF_8));
  }

  /** Says what is wrong, in a word for programs and a sentence for people. */
  public static AdminReply error(int status, String code, String message) {
    var json =
        new JsonWriter()
            .beginObject()
            .name("error")
            .beginObject()
            .name("code")
            .string(code)
            .name("message")
            .string(message)
            .endObject()
            .endObject();
    return new AdminReply(status, "application/json", Map.of(), json.toBytes());
  }

  /** Returns this with another status. */
  public AdminReply status(int other) {
    return new AdminReply(other, type, headers, body);
  }

  /** Returns this with further headers. */
  public AdminReply with(Map<String, String> further) {
    var all = new LinkedHashMap<>(headers);
    all.putAll(further);
    return new AdminReply(status, type, all, body);
  }
}
