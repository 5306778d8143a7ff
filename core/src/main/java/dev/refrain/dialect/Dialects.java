package dev.refrain.dialect;

import dev.refrain.Dialect;
import java.util.List;

/** The wire formats that are known. */
public final class Dialects {
  /** All of them; no two speak the same path. */
  public static final List<Dialect> ALL =
      List.of(
          OpenAiChat.DIALECT,
          OpenAiCompletions.DIALECT,
          OpenAiModerations.DIALECT,
          OpenAiResponses.DIALECT,
          OpenAiEmbeddings.DIALECT,
          OpenAiEmbeddings.AZURE,
          AnthropicMessages.DIALECT,
          AnthropicTokenCount.DIALECT);

  private Dialects() {}
}
