package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Documents in the order of their relevance, as Cohere does it, and Jina, Voyage and vLLM. */
public final class Rerank implements Dialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final Rerank DIALECT = new Rerank();

  private static final Set<String> PATHS = Set.of("/v1/rerank", "/v2/rerank");
  private static final List<String> LIMITS = List.of("top_n", "top_k");
  private static final Map<String, Shape> SHAPES =
      Map.of(
          "model",
          Shape.STRING,
          "query",
          Shape.STRING,
          "top_n",
          Shape.INTEGER,
          "top_k",
          Shape.INTEGER);

  private Rerank() {}

  @Override
  public String name() {
    return "rerank";
  }

  @Override
  public boolean speaks(String method, String path) {
    return method.equals("POST") && PATHS.contains(path);
  }

  @Override
  public List<String> decidingHeaders() {
    return List.of();
  }

  @Override
  public Reading read(Request request) {
    return JsonRequest.read(request.body(), Set.of(), Rerank::facts);
  }

  private static @Nullable Facts facts(Json root) {
    var documents = Field.of(root, "documents");
    if (!documents.is(Kind.ARRAY)
        || documents.size() == 0
        || !Field.of(root, "query").is(Kind.STRING)
        || !Shape.fitAll(root, SHAPES)) {
      return null;
    }
    long wanted = documents.size();
    for (var name : LIMITS) {
      long limit = Field.of(root, name).asLong(wanted);
      wanted = (limit > 0) ? Math.min(limit, wanted) : wanted;
    }
    var model = Field.of(root, "model").asText("");
    return new Facts(Form.WHOLE, List.of(), List.of(), model, (int) wanted, true, Set.of());
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
    return RerankJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return null; // there is but one
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return new JsonWriter().beginObject().name("message").string(message).endObject().toBytes();
  }
}
