package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenAI's completions, older than chats and still spoken by many servers of open models. */
public final class OpenAiCompletions implements OpenAiDialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final OpenAiCompletions DIALECT = new OpenAiCompletions();

  private static final Set<String> PATHS = Set.of("/v1/completions");
  private static final Conversion CONVERSION =
      new ChunkConversion(CompletionFold::fold, CompletionUnfold::unfold);

  private OpenAiCompletions() {}

  @Override
  public String name() {
    return "openai-completions";
  }

  @Override
  public Set<String> paths() {
    return PATHS;
  }

  @Override
  public Reading read(Request request, @Nullable String deployment) {
    return CompletionRequest.read(request.body(), deployment);
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return ChatPrompt.of(request.body(), "prompt", CompletionRequest.UNDECIDING);
  }

  @Override
  public boolean tellsUsage(Form form) {
    return StreamForms.tellsUsage(form);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return ChatJudge.judge(asked, reply, choice -> choice);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return Conversion.of(recording, form, CONVERSION);
  }
}
