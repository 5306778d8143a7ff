package dev.refrain.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Headers;
import dev.refrain.Request;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * Answers as a provider of embeddings does, and notes which items it was asked for. Each item has a
 * vector of its own, whose numbers are spelled as nobody else would. Thread-safe.
 */
public final class EmbeddingProvider implements BiConsumer<Request, Script> {
  public static final String PATH = "/v1/embeddings";

  /** Where Ollama is asked, in whose words the answer is then. */
  public static final String OLLAMA = "/api/embed";

  public static final String MODEL = "text-embedding-3-small";

  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** Returns a request for items, each given as JSON. */
  public static Request request(String items, String... headers) {
    return requestAt(PATH, items, headers);
  }

  /** Returns a request for items at one of the paths. */
  public static Request requestAt(String path, String items, String... headers) {
    var body = "{\"model\":\"" + MODEL + "\",\"input\":" + items + "}";
    return Request.post("parrot", path, Headers.of(headers), body.getBytes(UTF_8));
  }

  /** Returns a request with this body. */
  public static Request requestOf(String body, String... headers) {
    return Request.post("parrot", PATH, Headers.of(headers), body.getBytes(UTF_8));
  }

  @Override
  public void accept(Request request, Script script) {
    script.head(200, "content-type", "application/json").chunk(reply(request)).end();
  }

  /** Returns what this provider answers, and notes what it was asked for. */
  public String reply(Request request) {
    asked.addAll(items(request));
    return answer(request);
  }

  /** Returns all items that were asked for, in their order. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** Returns what a provider answers. */
  public static String answer(Request request) {
    var items = items(request);
    if (request.path().equals(OLLAMA)) {
      return answerOfOllama(items);
    }
    var data = new ArrayList<String>();
    for (int i = 0; i < items.size(); i++) {
      var embedding = embedding(items.get(i), isBase64(request));
      data.add(
          "{\n\"object\": \"embedding\", \"index\": " + i + ", \"embedding\": " + embedding + "}");
    }
    int tokens = tokens(items);
    return ("{ \"object\": \"list\", \"data\": [" + String.join(", ", data) + "],\n\"model\": \"")
        + (MODEL + "\", \"usage\": {\"prompt_tokens\": " + tokens)
        + (", \"total_tokens\": " + tokens + "} }\n");
  }

  private static String answerOfOllama(List<String> items) {
    var embeddings = items.stream().map(item -> embedding(item, false)).toList();
    return """
    { "model": "%s",
    "embeddings": %s, "total_duration": 14143917, "load_duration": 1019500,
    "prompt_eval_count": %d }
    """
        .formatted(MODEL, embeddings, tokens(items));
  }

  /** Returns what so many items cost. */
  public static int tokens(List<String> items) {
    return items.stream().mapToInt(String::length).sum();
  }

  /** Returns the embedding of an item, as JSON. */
  public static String embedding(String item, boolean base64) {
    int hash = item.hashCode();
    return base64
        ? '"' + Base64.getEncoder().encodeToString(item.getBytes(UTF_8)) + "AAA=\""
        : "[-0." + Math.abs(hash) + "0, 1.0e-0" + item.length() + ",\n 0.10, -0.0," + hash + "]";
  }

  /** Returns the items of a request, as they stand there. */
  public static List<String> items(Request request) {
    var input = parse(request).get("input");
    var items = new ArrayList<String>();
    for (var item : input.elements()) {
      items.add(item.raw());
    }
    boolean isOne = items.isEmpty() || Character.isDigit(items.getFirst().charAt(0));
    return isOne ? List.of(input.raw()) : items;
  }

  /** Returns whether a request wants base64. */
  public static boolean isBase64(Request request) {
    var format = parse(request).get("encoding_format");
    return format != null && format.isText("base64");
  }

  private static Json parse(Request request) {
    try {
      return Json.parse(request.body());
    } catch (JsonRejected e) {
      throw new AssertionError(e);
    }
  }
}
