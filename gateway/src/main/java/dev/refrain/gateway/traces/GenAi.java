package dev.refrain.gateway.traces;

import dev.refrain.Call;
import dev.refrain.Meaning;
import org.jspecify.annotations.Nullable;

/**
 * How the conventions for generative AI call what is asked for, and the interface in which it is.
 *
 * @param model "" where the request names none
 */
record GenAi(String operation, String provider, String model) {
  /** Returns this of a call, or null if it was not understood. */
  static @Nullable GenAi of(Call call) {
    return switch (call.meaning()) {
      case Meaning.Unkeyed unkeyed -> null;
      case Meaning.Keyed keyed -> of(keyed);
      case Meaning.Batch batch -> of(batch.items().getFirst());
    };
  }

  private static GenAi of(Meaning.Keyed keyed) {
    var dialect = keyed.dialect().name();
    var model = Names.cut(keyed.facts().model());
    return new GenAi(operation(dialect), provider(dialect), model);
  }

  /** What is none of the well-known operations is called as its dialect is. */
  static String operation(String dialect) {
    if (dialect.endsWith("embeddings") || dialect.endsWith("embed")) {
      return "embeddings";
    }
    if (dialect.endsWith("completions")) {
      return "text_completion";
    }
    if (dialect.equals("gemini")) {
      return "generate_content";
    }
    boolean chats =
        dialect.endsWith("chat")
            || dialect.endsWith("messages")
            || dialect.endsWith("responses")
            || dialect.equals("ollama");
    return chats ? "chat" : dialect.replaceFirst("^(?:azure-)?(?:openai|anthropic)-", "");
  }

  static String provider(String dialect) {
    int end = dialect.indexOf('-');
    return switch ((end < 0) ? dialect : dialect.substring(0, end)) {
      case "azure" -> "azure.ai.openai";
      case "gemini" -> "gcp.gemini";
      case "rerank" -> "cohere";
      default -> (end < 0) ? dialect : dialect.substring(0, end);
    };
  }

  /** The name of a span, as the conventions have it. */
  @Override
  public String toString() {
    return model.isEmpty() ? operation : operation + " " + model;
  }
}
