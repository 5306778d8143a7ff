package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** What a provider answers who is asked for embeddings: each text has a vector of its own. */
public final class EmbeddingReply {
  /** Where embeddings are asked for. */
  public static final String PATH = "/v1/embeddings";

  /** Where Ollama is asked for them. */
  public static final String OLLAMA = "/api/embed";

  private static final int DIMENSIONS = 16;

  private EmbeddingReply() {}

  /** Answers each call, in Ollama's words where it is Ollama that is asked. */
  public static Act act() {
    return exchange -> {
      var request = new String(exchange.readBody(), UTF_8);
      var reply = exchange.head().line().contains(OLLAMA) ? ofOllama(request) : of(request);
      exchange.send(Wire.json(reply, "x-ratelimit-remaining-tokens: 7", "x-request-id: req_1"));
    };
  }

  /** Returns a request for these texts. */
  public static String request(String... texts) {
    return "{\"model\":\"text-embedding-3-small\",\"input\":[\""
        + String.join("\",\"", texts)
        + "\"]}";
  }

  /** Returns the answer to a request. */
  public static String of(String request) {
    var json = parse(request);
    var format = json.get("encoding_format");
    boolean isBase64 = format != null && format.isText("base64");
    var data = new ArrayList<String>();
    int tokens = 0;
    for (var text : texts(json)) {
      data.add(
          "{\"object\":\"embedding\",\"index\":%d,\"embedding\":%s}"
              .formatted(data.size(), isBase64 ? base64(text) : numbers(text)));
      tokens += text.length();
    }
    return """
    {"object":"list","data":[%s],"model":"text-embedding-3-small",\
    "usage":{"prompt_tokens":%d,"total_tokens":%d}}\
    """
        .formatted(String.join(",", data), tokens, tokens);
  }

  /** Returns Ollama's answer to a request; a text costs as many tokens as it has letters. */
  public static String ofOllama(String request) {
    var texts = texts(parse(request));
    int tokens = texts.stream().mapToInt(text -> text.length() - "\"\"".length()).sum();
    return """
    {"model":"text-embedding-3-small","embeddings":[%s],\
    "total_duration":14143917,"load_duration":1019500,"prompt_eval_count":%d}\
    """
        .formatted(String.join(",", texts.stream().map(EmbeddingReply::numbers).toList()), tokens);
  }

  private static List<String> texts(Json request) {
    var input = request.get("input");
    var texts = new ArrayList<String>();
    input.elements().forEach(item -> texts.add(item.raw()));
    boolean isOne = texts.isEmpty() || Character.isDigit(texts.getFirst().charAt(0));
    return isOne ? List.of(input.raw()) : texts;
  }

  private static Json parse(String request) {
    try {
      return Json.parse(request.getBytes(UTF_8));
    } catch (JsonRejected e) {
      throw new AssertionError(e);
    }
  }

  private static float[] vector(String text) {
    var random = new Random(text.hashCode());
    var vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static String numbers(String text) {
    var numbers = new ArrayList<String>();
    for (float number : vector(text)) {
      numbers.add(Double.toString(number)); // with more digits than a float has
    }
    return numbers.toString();
  }

  private static String base64(String text) {
    var bytes = ByteBuffer.allocate(DIMENSIONS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : vector(text)) {
      bytes.putFloat(number);
    }
    return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
  }
}
