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

/** Finds all that is wrong with the reply to a moderation. That something is flagged is not. */
final class ModerationJudge {
  private ModerationJudge() {}

  static Verdict judge(Facts asked, Recording reply) {
    var defects = EnumSet.noneOf(Reason.class);
    try {
      read(asked, Json.parse(reply.chunks().bytes()), defects);
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
    return new Verdict(defects, Usage.UNKNOWN);
  }

  private static void read(Facts asked, Json reply, Set<Reason> defects) {
    if (Field.isGiven(reply, "error")) {
      defects.add(Reason.ERROR_EVENT);
      return;
    }
    if (!answers(asked.model(), Field.of(reply, "model").asText(""))) {
      defects.add(Reason.OTHER_MODEL);
    }
    var results = Field.of(reply, "results");
    for (var result : results.elements()) {
      if (!isJudged(result)) {
        defects.add(Reason.INVALID_JSON);
      }
    }
    if (!results.is(Kind.ARRAY)) {
      defects.add(Reason.INVALID_JSON);
    } else if (results.size() == 0) {
      defects.add(Reason.EMPTY);
    } else if (results.size() < asked.choices()) {
      defects.add(Reason.INCOMPLETE);
    }
  }

  /** Mistral leaves it to the caller what is flagged. */
  private static boolean isJudged(Json result) {
    var flagged = Field.of(result, "flagged");
    return flagged.is(Kind.NULL)
        ? Field.of(result, "categories").is(Kind.OBJECT)
        : flagged.is(Kind.TRUE) || flagged.is(Kind.FALSE);
  }

  /** Whoever asks for none, the latest or the stable one leaves it to the provider which it is. */
  private static boolean answers(String asked, String answered) {
    boolean isLeftOpen = asked.isEmpty() || asked.endsWith("-latest") || asked.endsWith("-stable");
    return isLeftOpen || answered.isEmpty() || ModelNames.same(asked, answered);
  }
}
