package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenAI's chat completions, as OpenAI speaks them and the many who imitate it. */
public final class OpenAiChat implements OpenAiDialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final OpenAiChat DIALECT = new OpenAiChat();

  private static final Set<String> PATHS = Set.of("/v1/chat/completions");
  private static final Conversion CONVERSION =
      new ChunkConversion(ChatFold::fold, ChatUnfold::unfold);

  private OpenAiChat() {}

  @Override
  public String name() {
    return "openai-chat";
  }

  @Override
  public Set<String> paths() {
    return PATHS;
  }

  @Override
  public Reading read(Request request, @Nullable String deployment) {
    return ChatRequest.read(request.body(), deployment);
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return ChatPrompt.of(request.body(), "messages", ChatRequest.UNDECIDING);
  }

  @Override
  public boolean tellsUsage(Form form) {
    return StreamForms.tellsUsage(form);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return ChatJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return Conversion.of(recording, form, CONVERSION);
  }

  /**
   * Returns what the assistant says in a reply, in the first choice if there are several; null if
   * that is no text, or the reply cannot be read.
   */
  public static @Nullable String answerText(Form form, byte[] reply) {
    return ChatText.of(form, reply);
  }
}
