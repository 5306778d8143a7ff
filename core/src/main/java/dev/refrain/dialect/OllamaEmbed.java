package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Embeddings as Ollama makes them: one text or several in, as many vectors out. */
public final class OllamaEmbed implements Dialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final OllamaEmbed DIALECT = new OllamaEmbed();

  private static final String PATH = "/api/embed";
  private static final Set<String> UNDECIDING = Set.of("keep_alive");
  private static final Map<String, Shape> SHAPES =
      Map.of("model", Shape.STRING, "options", Shape.OBJECT, "truncate", Shape.BOOLEAN);

  private OllamaEmbed() {}

  @Override
  public String name() {
    return "ollama-embed";
  }

  @Override
  public boolean speaks(String method, String path) {
    return method.equals("POST") && path.equals(PATH);
  }

  @Override
  public List<String> decidingHeaders() {
    return List.of();
  }

  @Override
  public Reading read(Request request) {
    return JsonRequest.read(request.body(), UNDECIDING, OllamaEmbed::facts);
  }

  private static @Nullable Facts facts(Json root) {
    var model = Field.of(root, "model");
    int inputs = count(Field.of(root, "input"));
    return (inputs == 0 || !model.is(Kind.STRING) || !Shape.fitAll(root, SHAPES))
        ? null
        : new Facts(Form.WHOLE, List.of(), List.of(), model.text(), inputs, true, Set.of());
  }

  /** Returns how many texts there are, 0 if these are none. */
  private static int count(Json input) {
    for (var text : input.elements()) {
      if (!text.is(Kind.STRING)) {
        return 0;
      }
    }
    return input.is(Kind.STRING) ? 1 : input.size();
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return null;
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return MediaType.JSON.matches(mediaType);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    try {
      var root = Json.parse(reply.chunks().bytes());
      var usage = new Usage(Field.of(root, "prompt_eval_count").asLong(-1), 0);
      return new Verdict(defects(asked, root), usage);
    } catch (JsonRejected e) {
      return new Verdict(Set.of(Reason.INVALID_JSON), Usage.UNKNOWN);
    }
  }

  private static Set<Reason> defects(Facts asked, Json root) {
    var defects = EnumSet.noneOf(Reason.class);
    if (Field.isGiven(root, "error")) {
      defects.add(Reason.ERROR_EVENT);
    }
    var answered = Field.of(root, "model").asText("");
    if (!answered.isEmpty() && !Ollama.isSameModel(asked.model(), answered)) {
      defects.add(Reason.OTHER_MODEL);
    }
    var embeddings = Field.of(root, "embeddings");
    if (embeddings.size() != asked.choices()) {
      defects.add(Reason.INCOMPLETE);
    }
    for (var embedding : embeddings.elements()) {
      if (embedding.size() == 0) {
        defects.add(Reason.EMPTY);
      }
      for (var number : embedding.elements()) {
        if (!number.is(Kind.NUMBER)) {
          defects.add(Reason.INVALID_JSON);
        }
      }
    }
    return defects;
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return null; // there is but one
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return Ollama.errorBody(message);
  }
}
