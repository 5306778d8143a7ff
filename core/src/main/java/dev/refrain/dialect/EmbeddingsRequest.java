package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request for embeddings. */
final class EmbeddingsRequest {

  /*
   * input = item | [item, ...]      at least one, and all of one kind
   * item  = string | [token, ...]
   */

  private static final Set<String> EACH_BY_ITSELF =
      Set.of(
          "dimensions",
          "encoding_format",
          "input",
          "input_type",
          "model",
          "output_dimension",
          "output_dtype",
          "truncate",
          "truncation",
          "user");

  private static final String FORMAT = "encoding_format";
  private static final BatchRequest BATCH =
      new BatchRequest(EACH_BY_ITSELF, Set.of(FORMAT), EmbeddingsAssembly.OPENAI); // it is the form
  static final List<Form> FORMS = List.of(new Form("float"), new Form("base64"));
  private static final Reading UNPARSABLE = new Reading.Opaque(Reason.UNPARSABLE);

  private EmbeddingsRequest() {}

  /** Reads a body, whose model is named by the path if there is a deployment in it. */
  static Reading read(byte[] body, @Nullable String deployment) {
    try {
      var root = Json.parse(body);
      var model = Field.of(root, "model");
      var form = form(Field.of(root, FORMAT));
      var items = items(Field.of(root, BatchRequest.INPUT));
      if (form == null || items == null || (deployment == null && !model.is(Kind.STRING))) {
        return UNPARSABLE;
      }
      var name = (deployment == null) ? model.text() : deployment;
      return BATCH.read(root, items, count -> facts(form, name, count));
    } catch (JsonRejected e) {
      return UNPARSABLE;
    }
  }

  /** Returns null if the format is one that is not known here. */
  private static @Nullable Form form(Json format) {
    if (format.is(Kind.NULL)) {
      return FORMS.getFirst();
    }
    for (var form : FORMS) {
      if (format.isText(form.name())) {
        return form;
      }
    }
    return null;
  }

  /** Returns null if there are none, or not of the kinds known here. */
  private static @Nullable List<Json> items(Json input) {
    if (input.is(Kind.STRING) || isTokens(input)) {
      return List.of(input);
    }
    var items = new ArrayList<Json>();
    for (var item : input.elements()) {
      boolean fits = item.is(Kind.STRING) || isTokens(item);
      if (!fits || (!items.isEmpty() && !item.is(items.getFirst().kind()))) {
        return null;
      }
      items.add(item);
    }
    return items.isEmpty() ? null : items;
  }

  private static boolean isTokens(Json value) {
    boolean any = false;
    for (var token : value.elements()) {
      if (!token.is(Kind.NUMBER)) {
        return false;
      }
      any = true;
    }
    return any;
  }

  private static Facts facts(Form form, String model, int items) {
    var siblings = FORMS.stream().filter(other -> !other.equals(form)).toList();
    return new Facts(form, List.of(), siblings, model, items, false, Set.of());
  }

  /** Returns a request for the items at these places only; for all of them, it is as it came. */
  static Request select(Request request, List<Integer> places) {
    try {
      var root = Json.parse(request.body());
      var items =
          Objects.requireNonNull(items(Field.of(root, BatchRequest.INPUT)), "it was read before");
      if (places.size() == items.size()) {
        return request; // perhaps for one item, which need not be in a list
      }
      var body = new JsonWriter().beginObject();
      for (var member : root.members()) {
        body.name(member.name().text());
        if (member.name().isText(BatchRequest.INPUT)) {
          body.beginArray();
          places.forEach(place -> body.value(items.get(place)));
          body.endArray();
        } else {
          body.value(member.value());
        }
      }
      return request.with(body.endObject().toBytes());
    } catch (JsonRejected e) {
      throw new IllegalArgumentException("not a request that was read before", e);
    }
  }
}
