package dev.refrain.dialect;

import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** Finds all that is wrong with an order of documents. */
final class RerankJudge {
  private RerankJudge() {}

  static Verdict judge(Facts asked, Recording reply) {
    try {
      var root = Json.parse(reply.chunks().bytes());
      return new Verdict(defects(asked, root), usage(root));
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
    if (!answered.isEmpty()
        && !asked.model().isEmpty()
        && !ModelNames.same(asked.model(), answered)) {
      defects.add(Reason.OTHER_MODEL);
    }
    var named = Field.isGiven(root, "results") ? "results" : "data"; // as Voyage calls them
    var results = Field.of(root, named);
    var documents = new HashSet<Long>();
    for (var result : results.elements()) {
      long index = Field.of(result, "index").asLong(-1);
      if (index < 0 || !Field.of(result, "relevance_score").is(Kind.NUMBER)) {
        defects.add(Reason.INVALID_JSON);
      }
      documents.add(index);
    }
    if (documents.isEmpty()) {
      defects.add(Reason.EMPTY);
    }
    if (documents.size() < asked.choices()) {
      defects.add(Reason.INCOMPLETE);
    }
    return defects;
  }

  /** Cohere counts tokens in "meta", Jina and vLLM where OpenAI does. */
  private static Usage usage(Json root) {
    var tokens = Field.of(Field.of(root, "meta"), "tokens");
    var usage = Field.of(root, "usage");
    var input =
        tokens.is(Kind.OBJECT) ? Field.of(tokens, "input_tokens") : Field.of(usage, "total_tokens");
    return input.is(Kind.NUMBER) ? new Usage(input.asLong(-1), 0) : Usage.UNKNOWN;
  }
}
