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

  private static final int DIMENSIONS = 16;

  private EmbeddingReply() {}

  /** Answers each call. */
  public static Act act() {
    return exchange -> {
      var reply = of(new String(exchange.readBody(), UTF_8));
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
