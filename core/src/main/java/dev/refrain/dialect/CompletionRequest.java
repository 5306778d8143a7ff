package dev.refrain.dialect;

import static java.util.Map.entry;

import dev.refrain.Facts;
import dev.refrain.Reading;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request for completions. */
final class CompletionRequest {
  /** All else decides the answer. */
  static final Set<String> UNDECIDING = Set.of("stream", "stream_options");

  /** As what these are understood here. One that is something else is for the provider to judge. */
  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          entry("max_tokens", Shape.INTEGER),
          entry("model", Shape.STRING),
          entry("n", Shape.INTEGER),
          entry("store", Shape.BOOLEAN),
          entry("stream", Shape.BOOLEAN),
          entry("stream_options", Shape.OBJECT),
          entry("tools", Shape.OBJECTS));

  private CompletionRequest() {}

  /** Reads a body, which may name no model if there is a deployment. */
  static Reading read(byte[] body, @Nullable String deployment) {
    return JsonRequest.read(body, UNDECIDING, root -> facts(root, deployment));
  }

  private static @Nullable Facts facts(Json root, @Nullable String deployment) {
    var model = Field.model(root, deployment);
    if (model == null || !Shape.fitAll(root, SHAPES)) {
      return null;
    }
    long each = Field.of(root, "n").asLong(1);
    long prompts = prompts(Field.of(root, "prompt"));
    var form = StreamForms.of(Field.of(root, "stream"), Field.of(root, "stream_options"));
    if (form == null || prompts < 1 || each < 1 || each > Integer.MAX_VALUE / prompts) {
      return null;
    }
    return new Facts(
        form,
        StreamForms.sources(form),
        StreamForms.siblings(form),
        model,
        (int) (each * prompts),
        Field.of(root, "max_tokens").asLong(-1) >= 0, // some take -1 to mean no limit
        ChatObjections.to(root, model, Field.NOTHING));
  }

  /** Counts the prompts: texts and lists of tokens. A list of tokens alone is one. */
  private static int prompts(Json prompt) {
    int prompts = 0;
    boolean tokens = false;
    for (var element : prompt.elements()) {
      tokens |= element.is(Kind.NUMBER);
      prompts++;
    }
    return switch (prompt.kind()) {
      case STRING, NULL -> 1;
      case ARRAY -> tokens ? 1 : prompts;
      case OBJECT, NUMBER, TRUE, FALSE -> 0;
    };
  }
}
