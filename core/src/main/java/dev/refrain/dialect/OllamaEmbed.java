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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Embeddings as Ollama makes them, of which each text of a batch is answered by itself. */
public final class OllamaEmbed implements Dialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final OllamaEmbed DIALECT = new OllamaEmbed();

  private static final String PATH = "/api/embed";

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
    return OllamaEmbedRequest.read(request.body());
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return null; // an embedding has to be exact
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return MediaType.JSON.matches(mediaType);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    try {
      var root = EmbeddingsReply.parse(reply.chunks());
      return new Verdict(defects(asked, root), OllamaEmbedReply.usage(root));
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
