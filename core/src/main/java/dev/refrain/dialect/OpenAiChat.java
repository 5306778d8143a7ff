package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI's chat completions, as OpenAI speaks them and the many who imitate it. */
public final class OpenAiChat implements Dialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final OpenAiChat DIALECT = new OpenAiChat();

  private static final String PATH = "/v1/chat/completions";
  private static final List<String> DECIDING_HEADERS =
      List.of("openai-beta", "openai-organization", "openai-project");

  private OpenAiChat() {}

  @Override
  public String name() {
    return "openai-chat";
  }

  @Override
  public boolean speaks(String method, String path) {
    return method.equals("POST") && path.equals(PATH);
  }

  @Override
  public List<String> decidingHeaders() {
    return DECIDING_HEADERS;
  }

  @Override
  public Reading read(Request request) {
    return ChatRequest.read(request.body());
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return ChatPrompt.of(request.body());
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return MediaType.of(asked.form()).matches(mediaType);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return ChatJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return ChatConversion.convert(recording, form);
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return OpenAiError.body(status, code, message);
  }

  /**
   * Returns what the assistant says in a reply, in the first choice if there are several; null if
   * that is no text, or the reply cannot be read.
   */
  public static @Nullable String answerText(Form form, byte[] reply) {
    return ChatText.of(form, reply);
  }
}
