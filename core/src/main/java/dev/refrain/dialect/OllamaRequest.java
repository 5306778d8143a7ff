package dev.refrain.dialect;

import static java.util.Map.entry;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request for a chat, or for what comes after a prompt. */
final class OllamaRequest {

  /*
   * All of the body decides the answer, but for how it is delivered and for how long the model is
   * to stay in memory. A stream is what is wanted if nothing is said.
   */

  static final Form STREAM = new Form("stream");
  static final Set<String> UNDECIDING = Set.of("stream", "keep_alive");

  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          entry("messages", Shape.OBJECTS),
          entry("model", Shape.STRING),
          entry("options", Shape.OBJECT),
          entry("prompt", Shape.STRING),
          entry("stream", Shape.BOOLEAN),
          entry("tools", Shape.OBJECTS));
  private static final Map<String, Shape> OF_OPTIONS = Map.of("num_predict", Shape.INTEGER);

  private OllamaRequest() {}

  static Reading read(Request request) {
    boolean chat = request.path().equals(Ollama.CHAT);
    return JsonRequest.read(request.body(), UNDECIDING, root -> facts(root, chat));
  }

  private static @Nullable Facts facts(Json root, boolean chat) {
    var model = Field.of(root, "model");
    var options = Field.of(root, "options");
    boolean asks = Field.isGiven(root, chat ? "messages" : "prompt");
    if (!model.is(Kind.STRING)
        || !asks
        || !isDuration(Field.of(root, "keep_alive"))
        || !Shape.fitAll(root, SHAPES)
        || !Shape.fitAll(options, OF_OPTIONS)) {
      return null;
    }
    var form = Field.of(root, "stream").is(Kind.FALSE) ? Form.WHOLE : STREAM;
    var others = List.of(form.equals(STREAM) ? Form.WHOLE : STREAM);
    boolean limited = Field.of(options, "num_predict").asLong(0) > 0; // below, there is no limit
    return new Facts(form, others, others, model.text(), 1, limited, objections(root));
  }

  private static boolean isDuration(Json value) {
    return value.is(Kind.NULL) || value.is(Kind.STRING) || value.is(Kind.NUMBER);
  }

  private static Set<Reason> objections(Json root) {
    var objections = EnumSet.noneOf(Reason.class);
    if (Field.of(root, "tools").size() > 0) {
      objections.add(Reason.TOOLS);
    }
    if (Field.isGiven(root, "context")) { // the state that an earlier answer came with
      objections.add(Reason.SERVER_STATE);
    }
    for (var message : Field.of(root, "messages").elements()) {
      if (Field.of(message, "role").isText("tool") || Field.of(message, "tool_calls").size() > 0) {
        objections.add(Reason.TOOLS);
      }
    }
    return objections;
  }
}
