package dev.refrain.dialect;

import static java.util.Map.entry;

import dev.refrain.Facts;
import dev.refrain.Reading;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request for a chat completion. */
final class ChatRequest {

  /*
   * All of the body decides the answer, unknown members included, but for a few that change only
   * how it is delivered, or what the provider notes about the caller.
   *
   * "prompt_cache_retention" and "prompt_cache_options" do not change an answer either. They stay
   * in nevertheless: whoever sets them sets them for all his calls, so nothing is gained, and a
   * value that the model does not take must come to the provider, who refuses it.
   */
  static final Set<String> UNDECIDING =
      Set.of("stream", "stream_options", "prompt_cache_key", "safety_identifier");

  /** As what these are understood here. One that is something else is for the provider to judge. */
  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          entry("functions", Shape.OBJECTS),
          entry("max_completion_tokens", Shape.INTEGER),
          entry("max_tokens", Shape.INTEGER),
          entry("messages", Shape.OBJECTS),
          entry("model", Shape.STRING),
          entry("n", Shape.INTEGER),
          entry("prompt_cache_key", Shape.STRING),
          entry("safety_identifier", Shape.STRING),
          entry("store", Shape.BOOLEAN),
          entry("stream", Shape.BOOLEAN),
          entry("stream_options", Shape.OBJECT),
          entry("tools", Shape.OBJECTS));

  private ChatRequest() {}

  /** Reads a body, which may name no model if there is a deployment. */
  static Reading read(byte[] body, @Nullable String deployment) {
    return JsonRequest.read(body, UNDECIDING, root -> facts(root, deployment));
  }

  private static @Nullable Facts facts(Json root, @Nullable String deployment) {
    var model = Field.model(root, deployment);
    var messages = Field.of(root, "messages");
    long choices = Field.of(root, "n").asLong(1);
    if (model == null
        || !messages.is(Kind.ARRAY)
        || choices < 1
        || choices > Integer.MAX_VALUE
        || !Shape.fitAll(root, SHAPES)) {
      return null;
    }
    var form = StreamForms.of(Field.of(root, "stream"), Field.of(root, "stream_options"));
    if (form == null) {
      return null;
    }
    return new Facts(
        form,
        StreamForms.sources(form),
        StreamForms.siblings(form),
        model,
        (int) choices,
        isPositive(root, "max_tokens") || isPositive(root, "max_completion_tokens"),
        ChatObjections.to(root, model, messages));
  }

  private static boolean isPositive(Json root, String name) {
    return Field.of(root, name).asLong(0) > 0; // some take -1 to mean no limit
  }
}
