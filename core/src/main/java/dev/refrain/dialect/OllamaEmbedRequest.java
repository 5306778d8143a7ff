package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a request for embeddings by Ollama. */
final class OllamaEmbedRequest {

  /*
   * input = text | [text, ...]     at least one
   *
   * An empty text is one only in a list. By itself it has the model loaded, and is answered with no
   * vector at all.
   *
   * The options are for the model, which is given each text by itself. For how long it is to stay
   * in memory decides no answer.
   */

  private static final Set<String> EACH_BY_ITSELF =
      Set.of("dimensions", "input", "keep_alive", "model", "options", "truncate");

  private static final BatchRequest BATCH =
      new BatchRequest(EACH_BY_ITSELF, Set.of("keep_alive"), EmbeddingsAssembly.OLLAMA);
  private static final Map<String, Shape> SHAPES =
      Map.of("model", Shape.STRING, "options", Shape.OBJECT, "truncate", Shape.BOOLEAN);
  private static final Reading UNPARSABLE = new Reading.Opaque(Reason.UNPARSABLE);

  private OllamaEmbedRequest() {}

  static Reading read(byte[] body) {
    try {
      var root = Json.parse(body);
      var model = Field.of(root, "model");
      var texts = texts(Field.of(root, BatchRequest.INPUT));
      return (texts.isEmpty() || !model.is(Kind.STRING) || !Shape.fitAll(root, SHAPES))
          ? UNPARSABLE
          : BATCH.read(root, texts, count -> facts(model.text(), count));
    } catch (JsonRejected e) {
      return UNPARSABLE;
    }
  }

  /** Returns none if there is anything else. */
  private static List<Json> texts(Json input) {
    if (input.is(Kind.STRING) && !input.isText("")) {
      return List.of(input);
    }
    var texts = new ArrayList<Json>();
    for (var text : input.elements()) {
      if (!text.is(Kind.STRING)) {
        return List.of();
      }
      texts.add(text);
    }
    return texts;
  }

  private static Facts facts(String model, int texts) {
    return new Facts(Form.WHOLE, List.of(), List.of(), model, texts, true, Set.of());
  }
}
