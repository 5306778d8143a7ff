package dev.refrain.dialect;

import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.Set;

/** Finds all that is wrong with a reply of Ollama, line by line. */
final class OllamaJudge {
  private final Facts asked;
  private final Set<Reason> defects = EnumSet.noneOf(Reason.class);
  private boolean spoken;
  private Usage usage = Usage.UNKNOWN;

  private OllamaJudge(Facts asked) {
    this.asked = asked;
  }

  static Verdict judge(Facts asked, Recording reply) {
    var judge = new OllamaJudge(asked);
    judge.read(reply);
    return new Verdict(judge.defects, judge.usage);
  }

  private void read(Recording reply) {
    var form = reply.slot().form();
    try {
      var lines = OllamaLines.read(form, reply.chunks());
      if (!lines.ended()) {
        defects.add(form.equals(Form.WHOLE) ? Reason.INCOMPLETE : Reason.NO_TERMINAL_EVENT);
      }
      for (var line : lines.lines()) {
        read(line.json());
        if (line.isLast()) {
          readEnding(line.json());
        }
      }
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
    if (!spoken) {
      defects.add(Reason.EMPTY);
    }
  }

  private void read(Json line) {
    if (Field.isGiven(line, "error")) {
      defects.add(Reason.ERROR_EVENT);
      return;
    }
    var message = Field.of(line, "message");
    var response = Field.of(line, "response");
    if (!message.is(Kind.OBJECT) && !response.is(Kind.STRING)) {
      defects.add(Reason.INVALID_JSON);
    }
    spoken |= isSaid(message, "content") || isSaid(message, "images") || isSaid(line, "response");
    if (isSaid(message, "tool_calls") || isSaid(line, "tool_calls")) {
      spoken = true;
      defects.add(Reason.TOOL_CALL);
    }
    var answered = Field.of(line, "model").asText("");
    if (!answered.isEmpty() && !Ollama.isSameModel(asked.model(), answered)) {
      defects.add(Reason.OTHER_MODEL);
    }
  }

  private static boolean isSaid(Json object, String name) {
    var value = Field.of(object, name);
    return value.size() > 0 || (value.is(Kind.STRING) && !value.isText(""));
  }

  private void readEnding(Json line) {
    usage =
        new Usage(
            Field.of(line, "prompt_eval_count").asLong(-1),
            Field.of(line, "eval_count").asLong(-1));
    switch (Field.of(line, "done_reason").asText("")) {
      case "stop" -> {}
      case "length" -> {
        if (!asked.limited()) {
          defects.add(Reason.LENGTH);
        }
      }
      case "load", "unload" -> defects.add(Reason.EMPTY); // the model itself, and nothing said
      default -> defects.add(Reason.UNKNOWN_ENDING);
    }
  }
}
