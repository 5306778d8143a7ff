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
import java.util.Set;

/** Finds all that is wrong with embeddings. */
final class EmbeddingsJudge {
  private EmbeddingsJudge() {}

  /**
   * Judges a reply.
   *
   * @param namesModel whether the model asked for is a model's name, and so can be compared
   */
  static Verdict judge(Facts asked, Recording reply, boolean namesModel) {
    try {
      return judge(asked, EmbeddingsReply.parse(reply.chunks()), namesModel);
    } catch (JsonRejected e) {
      return new Verdict(Set.of(Reason.INVALID_JSON), Usage.UNKNOWN);
    }
  }

  private static Verdict judge(Facts asked, Json root, boolean namesModel) {
    var defects = EnumSet.noneOf(Reason.class);
    if (Field.isGiven(root, "error")) {
      defects.add(Reason.ERROR_EVENT);
    }
    var items = EmbeddingsReply.inOrder(root, asked.choices());
    if (items == null) {
      defects.add(Reason.INCOMPLETE);
    } else {
      items.forEach(item -> judge(Field.of(item, "embedding"), defects));
    }
    var model = Field.of(root, "model");
    if (namesModel && model.is(Kind.STRING) && !ModelNames.same(asked.model(), model.text())) {
      defects.add(Reason.OTHER_MODEL);
    }
    return new Verdict(defects, EmbeddingsReply.usage(root));
  }

  /** Some servers answer with numbers whatever was asked for, and the clients bear with it. */
  private static void judge(Json embedding, Set<Reason> defects) {
    switch (embedding.kind()) {
      case STRING -> {
        if (embedding.isText("")) {
          defects.add(Reason.EMPTY);
        }
      }
      case ARRAY -> {
        if (embedding.size() == 0) {
          defects.add(Reason.EMPTY);
        }
        for (var number : embedding.elements()) {
          if (!number.is(Kind.NUMBER)) {
            defects.add(Reason.INVALID_JSON);
          }
        }
      }
      case OBJECT, NUMBER, TRUE, FALSE, NULL -> defects.add(Reason.INVALID_JSON);
    }
  }
}
