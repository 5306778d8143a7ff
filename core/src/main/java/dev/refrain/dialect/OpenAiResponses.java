package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's responses. One that is given again keeps its id, under which OpenAI may have stored it.
 */
public final class OpenAiResponses implements OpenAiDialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final OpenAiResponses DIALECT = new OpenAiResponses();

  private static final Set<String> PATHS = Set.of("/v1/responses");

  private OpenAiResponses() {}

  @Override
  public String name() {
    return "openai-responses";
  }

  @Override
  public Set<String> paths() {
    return PATHS;
  }

  @Override
  public Reading read(Request request, @Nullable String deployment) {
    return ResponseRequest.read(request.body(), deployment);
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return ChatPrompt.of(request.body(), "input", ResponseRequest.UNDECIDING);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return ResponseJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return Conversion.of(recording, form, ResponseConversion::convert);
  }
}
