package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request to generate content. */
final class GeminiRequest {

  /*
   * All of the body decides the answer. Google takes two names for each field, generationConfig
   * being generation_config, too; so both are looked for. What is given under both is in doubt.
   *
   * Where a list is wanted, Google takes a single object for a list of one.
   */

  private static final List<Form> FORMS =
      List.of(GeminiTarget.EVENTS, GeminiTarget.ARRAY, Form.WHOLE);
  private static final List<String> CHOICES = List.of("candidateCount", "candidate_count");
  private static final List<String> LIMITS = List.of("maxOutputTokens", "max_output_tokens");
  private static final List<String> CONFIGS = List.of("generationConfig", "generation_config");
  private static final Map<String, Shape> OF_CONFIG =
      Map.of(
          CHOICES.get(0), Shape.INTEGER,
          CHOICES.get(1), Shape.INTEGER,
          LIMITS.get(0), Shape.INTEGER,
          LIMITS.get(1), Shape.INTEGER);

  private GeminiRequest() {}

  static Reading read(Request request) {
    var target = GeminiTarget.of(request.target());
    var form = (target == null) ? null : target.form();
    return (target == null || form == null)
        ? new Reading.Opaque(Reason.UNPARSABLE)
        : JsonRequest.read(request.body(), Set.of(), root -> facts(root, target.model(), form));
  }

  private static @Nullable Facts facts(Json root, String model, Form form) {
    var config = either(root, CONFIGS);
    if (config == null || !(config.is(Kind.NULL) || config.is(Kind.OBJECT))) {
      return null;
    }
    var choices = either(config, CHOICES);
    var limit = either(config, LIMITS);
    if (choices == null || limit == null || !Shape.fitAll(config, OF_CONFIG)) {
      return null;
    }
    long count = choices.asLong(1);
    if (count < 1 || count > Integer.MAX_VALUE || !isOfObjects(Field.of(root, "contents"))) {
      return null;
    }
    return new Facts(
        form,
        FORMS.stream().filter(other -> !other.equals(form)).toList(),
        FORMS.stream().filter(other -> !other.equals(form)).toList(),
        model,
        (int) count,
        limit.asLong(0) > 0,
        GeminiObjections.to(root));
  }

  /** Returns the value that is given under one of two names, or null if it is under both. */
  private static @Nullable Json either(Json object, List<String> names) {
    var one = Field.of(object, names.get(0));
    var other = Field.of(object, names.get(1));
    if (one.is(Kind.NULL)) {
      return other;
    }
    return other.is(Kind.NULL) ? one : null;
  }

  private static boolean isOfObjects(Json contents) {
    if (contents.is(Kind.OBJECT)) {
      return true;
    }
    for (var content : contents.elements()) {
      if (!content.is(Kind.OBJECT)) {
        return false;
      }
    }
    return contents.is(Kind.ARRAY);
  }
}
