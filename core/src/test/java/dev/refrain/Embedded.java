package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Answer.Share;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer to a call for embeddings, read to its end; the embeddings are as they stand there. */
record Embedded(
    Outcome outcome, @Nullable Reason reason, int status, @Nullable Share share, String body) {

  static Embedded of(Answer answer) throws IOException, InterruptedException {
    return new Embedded(
        answer.outcome(), answer.reason(), answer.status(), answer.share(), Stage.text(answer));
  }

  /** Returns the embeddings in the order of the body, whose indexes must rise with it. */
  List<String> embeddings() {
    var embeddings = new ArrayList<String>();
    if (isOfOllama()) {
      json().get("embeddings").elements().forEach(item -> embeddings.add(item.raw()));
      return embeddings;
    }
    for (var item : json().get("data").elements()) {
      if (item.get("index").asLong(-1) != embeddings.size()) {
        throw new AssertionError("items in the wrong order: " + body);
      }
      embeddings.add(item.get("embedding").raw());
    }
    return embeddings;
  }

  /** Returns how many tokens it tells to have cost. */
  long tokens() {
    if (isOfOllama()) {
      return json().get("prompt_eval_count").asLong(-1);
    }
    var usage = json().get("usage");
    long tokens = usage.get("prompt_tokens").asLong(-1);
    return (tokens == usage.get("total_tokens").asLong(-1)) ? tokens : -1;
  }

  /** Returns whether it is in Ollama's words, and not in OpenAI's. */
  boolean isOfOllama() {
    return json().has("embeddings");
  }

  Json json() {
    try {
      return Json.parse(body.getBytes(UTF_8));
    } catch (JsonRejected e) {
      throw new AssertionError(body, e);
    }
  }
}
