package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenAI's moderations, which have but one form. */
public final class OpenAiModerations implements OpenAiDialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final OpenAiModerations DIALECT = new OpenAiModerations();

  private static final Set<String> PATHS = Set.of("/v1/moderations");
  private static final Map<String, Shape> SHAPES = Map.of("model", Shape.STRING);

  private OpenAiModerations() {}

  @Override
  public String name() {
    return "openai-moderations";
  }

  @Override
  public Set<String> paths() {
    return PATHS;
  }

  @Override
  public Reading read(Request request, @Nullable String deployment) {
    return JsonRequest.read(request.body(), Set.of(), OpenAiModerations::facts);
  }

  private static @Nullable Facts facts(Json root) {
    int verdicts = verdicts(Field.of(root, "input"));
    if (verdicts < 1 || !Shape.fitAll(root, SHAPES)) {
      return null;
    }
    var model = Field.of(root, "model").asText(""); // there is one for whoever names none
    return new Facts(Form.WHOLE, List.of(), List.of(), model, verdicts, false, Set.of());
  }

  /** Counts the verdicts to come: one on each text; one on the parts of a single input. */
  private static int verdicts(Json input) {
    int texts = 0;
    int parts = 0;
    for (var element : input.elements()) {
      if (element.is(Kind.STRING)) {
        texts++;
      } else {
        parts++;
      }
    }
    return switch (input.kind()) {
      case STRING -> 1;
      case ARRAY -> (parts == 0) ? texts : (texts == 0) ? 1 : 0;
      case OBJECT, NUMBER, TRUE, FALSE, NULL -> 0;
    };
  }

  /** What is nearly said may be harmless where what is said is not. */
  @Override
  public @Nullable Prompt prompt(Request request) {
    return null;
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return ModerationJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return null;
  }
}
