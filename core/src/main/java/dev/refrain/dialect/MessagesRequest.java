package dev.refrain.dialect;

import static java.util.Map.entry;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reading;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request for a message. */
final class MessagesRequest {

  /*
   * All of the body decides the answer, unknown members included, but for "stream". The marks of
   * "cache_control" stay in: they do not change what is said, but what it costs, which the answer
   * tells, and whoever sets them sets them in all his calls.
   *
   * No caller counts as limited, although "max_tokens" is always there: since it must be, it says
   * nothing of whether he wants an answer that is cut. An operator who knows that his callers do
   * forgives "length".
   */
  static final Set<String> UNDECIDING = Set.of("stream");

  /** As what these are understood here. One that is something else is for the provider to judge. */
  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          entry("diagnostics", Shape.OBJECT),
          entry("max_tokens", Shape.INTEGER),
          entry("mcp_servers", Shape.OBJECTS),
          entry("messages", Shape.OBJECTS),
          entry("model", Shape.STRING),
          entry("stream", Shape.BOOLEAN),
          entry("tools", Shape.OBJECTS));

  private MessagesRequest() {}

  static Reading read(byte[] body) {
    return JsonRequest.read(body, UNDECIDING, MessagesRequest::facts);
  }

  private static @Nullable Facts facts(Json root) {
    var model = Field.of(root, "model");
    var messages = Field.of(root, "messages");
    if (!model.is(Kind.STRING) || !messages.is(Kind.ARRAY) || !Shape.fitAll(root, SHAPES)) {
      return null;
    }
    boolean streamed = Field.of(root, "stream").is(Kind.TRUE);
    var other = List.of(streamed ? Form.WHOLE : StreamForms.STREAM);
    return new Facts(
        streamed ? StreamForms.STREAM : Form.WHOLE,
        other,
        other,
        model.text(),
        1,
        false,
        MessagesObjections.to(root, messages));
  }
}
