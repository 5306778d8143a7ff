package dev.refrain.dialect;

import dev.refrain.Reason;
import dev.refrain.json.Json;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what speaks against answering a message from the cache: tools, and what the provider
 * remembers or looks up.
 *
 * <p>A file that is named by its id is no objection, as the provider never changes it; nor is the
 * address of an image or a document, as whoever gives one means what is there.
 */
final class MessagesObjections {
  /** How the types of tools begin that the caller runs himself; without a type it is his own. */
  private static final List<String> TOOLS_OF_CALLERS =
      List.of("custom", "bash_", "text_editor_", "computer_", "browser_", "memory_");

  /** A conversation and a machine that the provider keeps, and a token that he takes but once. */
  private static final List<String> STATE = List.of("thread", "container", "fallback_credit_token");

  private MessagesObjections() {}

  static Set<Reason> to(Json root, Json messages) {
    var objections = EnumSet.noneOf(Reason.class);
    if (Field.of(root, "tools").size() > 0) {
      objections.add(Reason.TOOLS);
    }
    if (hasServers(root) || hasHostedTools(root)) {
      objections.add(Reason.HOSTED_TOOLS);
    }
    if (hasState(root)) {
      objections.add(Reason.SERVER_STATE);
    }
    for (var message : messages.elements()) {
      for (var block : Field.of(message, "content").elements()) {
        addFor(Field.of(block, "type").asText(""), objections);
      }
    }
    return objections;
  }

  /** Tells whether the provider is to ask servers of others what tools they have. */
  static boolean hasServers(Json root) {
    return Field.of(root, "mcp_servers").size() > 0;
  }

  private static boolean hasHostedTools(Json root) {
    for (var tool : Field.of(root, "tools").elements()) {
      var type = Field.of(tool, "type").asText("custom");
      if (TOOLS_OF_CALLERS.stream().noneMatch(type::startsWith)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasState(Json root) {
    return STATE.stream().anyMatch(name -> Field.isGiven(root, name))
        || Field.isGiven(Field.of(root, "diagnostics"), "previous_message_id");
  }

  /** All that has to do with tools is called so: tool_use, web_search_tool_result, and so on. */
  private static void addFor(String block, Set<Reason> objections) {
    if (block.contains("tool")) {
      objections.add(Reason.TOOLS);
    } else if (block.equals("container_upload")) {
      objections.add(Reason.SERVER_STATE);
    }
  }
}
