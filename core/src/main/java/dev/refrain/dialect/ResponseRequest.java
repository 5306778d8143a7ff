package dev.refrain.dialect;

import static java.util.Map.entry;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reading;
import dev.refrain.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request for a response. */
final class ResponseRequest {

  /*
   * Other than with chats, "prompt_cache_key" and "safety_identifier" decide the answer: a response
   * repeats them, and nobody is to be told another one's.
   */
  static final Set<String> UNDECIDING = Set.of("stream", "stream_options");

  /** As what these are understood here. One that is something else is for the provider to judge. */
  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          entry("background", Shape.BOOLEAN),
          entry("input", Shape.STRING_OR_OBJECTS),
          entry("max_output_tokens", Shape.INTEGER),
          entry("model", Shape.STRING),
          entry("store", Shape.BOOLEAN),
          entry("stream", Shape.BOOLEAN),
          entry("stream_options", Shape.OBJECT),
          entry("tools", Shape.OBJECTS));

  private static final List<Form> FORMS = List.of(Form.WHOLE, StreamForms.STREAM);

  private ResponseRequest() {}

  /** Reads a body, which may name no model if there is a deployment. */
  static Reading read(byte[] body, @Nullable String deployment) {
    return JsonRequest.read(body, UNDECIDING, root -> facts(root, deployment));
  }

  private static @Nullable Facts facts(Json root, @Nullable String deployment) {
    var model = Field.model(root, deployment);
    boolean named = model != null || Field.isGiven(root, "prompt"); // which may name one
    if (!named || !Shape.fitAll(root, SHAPES)) {
      return null;
    }
    var form =
        StreamForms.withUsageAnyway(Field.of(root, "stream"), Field.of(root, "stream_options"));
    if (form == null) {
      return null;
    }
    var name = Objects.requireNonNullElse(model, "");
    var others = FORMS.stream().filter(other -> !other.equals(form)).toList();
    return new Facts(
        form,
        StreamForms.isKnown(form) ? others : List.of(),
        others,
        name,
        1,
        Field.of(root, "max_output_tokens").asLong(0) > 0,
        ResponseObjections.to(root, name));
  }
}
