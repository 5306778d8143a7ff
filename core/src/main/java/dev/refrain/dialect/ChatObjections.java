package dev.refrain.dialect;

import dev.refrain.Reason;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds what speaks against answering a chat from the cache: tools, and what the provider remembers
 * or looks up.
 *
 * <p>A file that is named by its id is no objection, as the provider never changes it; nor is the
 * address of an image, as whoever gives one means the image.
 */
final class ChatObjections {
  /** Those that responses have besides: a namespace of them, and what works on their machine. */
  private static final Set<String> TOOLS_OF_CALLERS =
      Set.of(
          "function",
          "custom",
          "namespace",
          "local_shell",
          "apply_patch",
          "computer",
          "computer_use_preview");

  /** OpenAI's own, and what xAI, OpenRouter, Azure and DashScope call theirs. */
  private static final List<String> HOSTED_TOOLS =
      List.of(
          "web_search_options", "search_parameters", "plugins", "data_sources", "enable_search");

  /**
   * OpenAI's, Perplexity's and Groq's models that search, and what OpenRouter appends to others.
   */
  private static final Pattern SEARCHING_MODEL =
      Pattern.compile("-search(-|$)|:online$|(^|/)(sonar|compound)(-|$)");

  private ChatObjections() {}

  static Set<Reason> to(Json root, String model, Json messages) {
    var objections = EnumSet.noneOf(Reason.class);
    if (isGiven(Field.of(root, "tools")) || isGiven(Field.of(root, "functions"))) {
      objections.add(Reason.TOOLS);
    }
    if (SEARCHING_MODEL.matcher(model).find() || hasHostedTools(root)) {
      objections.add(Reason.HOSTED_TOOLS);
    }
    if (Field.of(root, "store").is(Kind.TRUE)) {
      objections.add(Reason.SERVER_STATE);
    }
    for (var message : messages.elements()) {
      if (usesTools(message)) {
        objections.add(Reason.TOOLS);
      }
      if (isGiven(Field.of(message, "audio"))) { // the id of one that the provider made and keeps
        objections.add(Reason.SERVER_STATE);
      }
    }
    return objections;
  }

  static boolean hasHostedTools(Json root) {
    for (var name : HOSTED_TOOLS) {
      if (isGiven(Field.of(root, name))) {
        return true;
      }
    }
    for (var tool : Field.of(root, "tools").elements()) {
      if (!TOOLS_OF_CALLERS.contains(Field.of(tool, "type").asText(""))) {
        return true;
      }
    }
    return false;
  }

  private static boolean usesTools(Json message) {
    var role = Field.of(message, "role");
    return role.isText("tool")
        || role.isText("function")
        || isGiven(Field.of(message, "tool_calls"))
        || isGiven(Field.of(message, "function_call"));
  }

  /** Tells whether there is more than null, false or an empty list. */
  static boolean isGiven(Json value) {
    return switch (value.kind()) {
      case OBJECT, STRING, NUMBER, TRUE -> true; // an empty object asks for all the defaults
      case ARRAY -> value.size() > 0;
      case FALSE, NULL -> false;
    };
  }
}
