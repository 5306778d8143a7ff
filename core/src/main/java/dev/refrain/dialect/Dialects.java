package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Form;
import java.util.List;
import java.util.stream.Stream;

/** The wire formats that are known. */
public final class Dialects {
  /** OpenAI's, which Azure has at paths of its own. */
  private static final List<OpenAiDialect> OPENAI =
      List.of(
          OpenAiChat.DIALECT,
          OpenAiCompletions.DIALECT,
          OpenAiMedia.IMAGES,
          OpenAiMedia.SPEECH,
          OpenAiMedia.TRANSCRIPTS,
          OpenAiModerations.DIALECT,
          OpenAiResponses.DIALECT);

  private static final List<Dialect> OTHERS =
      List.of(
          OpenAiEmbeddings.DIALECT,
          OpenAiEmbeddings.AZURE,
          AnthropicMessages.DIALECT,
          AnthropicTokenCount.DIALECT,
          Gemini.DIALECT,
          Ollama.DIALECT,
          OllamaEmbed.DIALECT,
          Rerank.DIALECT);

  /** All of them; no two speak the same path. */
  public static final List<Dialect> ALL =
      Stream.of(OPENAI, OTHERS, AzureOpenAi.all(OPENAI)).<Dialect>flatMap(List::stream).toList();

  /** Forms of which one answer may lie here in several. */
  private static final List<List<Form>> FAMILIES =
      List.of(
          List.of(Form.WHOLE, StreamForms.STREAM, StreamForms.STREAM_USAGE),
          List.of(Form.WHOLE, GeminiTarget.EVENTS, GeminiTarget.ARRAY),
          EmbeddingsRequest.FORMS);

  private Dialects() {}

  /** Returns the other usual forms in which the answer may lie that lies in this form. */
  public static List<Form> formsBeside(Form form) {
    return FAMILIES.stream()
        .filter(family -> family.stream().anyMatch(one -> form.name().startsWith(one.name())))
        .flatMap(List::stream)
        .filter(other -> !other.equals(form))
        .distinct()
        .toList();
  }
}
