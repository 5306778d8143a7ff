package dev.refrain.dialect;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The types of the events of which the stream of a response consists. */
final class ResponseEvents {
  static final String CREATED = "response.created";
  static final String IN_PROGRESS = "response.in_progress";
  static final String FAILED = "response.failed";
  static final String ITEM_ADDED = "response.output_item.added";
  static final String ITEM_DONE = "response.output_item.done";
  static final String ERROR = "error";

  /** Says that the provider is still there. It is not documented, nor how it is numbered. */
  static final String KEEPALIVE = "keepalive";

  /** The last one; it has the whole response in it. */
  static final Set<String> ENDINGS = Set.of("response.completed", "response.incomplete", FAILED);

  /**
   * Events that tell in pieces, or on the way, what the items of the whole tell. Those of
   * "reasoning_part" are not OpenAI's but vLLM's. Those of "audio" are missing, as the whole has no
   * place for what they tell.
   */
  private static final Map<String, String> OF_ITEMS =
      Map.ofEntries(
          entry("output_item", "added done"),
          entry("content_part", "added done"),
          entry("output_text", "delta done annotation.added"),
          entry("refusal", "delta done"),
          entry("reasoning_part", "added done"),
          entry("reasoning_text", "delta done"),
          entry("reasoning_summary_part", "added done"),
          entry("reasoning_summary_text", "delta done"),
          entry("function_call_arguments", "delta done"),
          entry("custom_tool_call_input", "delta done"),
          entry("code_interpreter_call", "in_progress interpreting completed"),
          entry("code_interpreter_call_code", "delta done"),
          entry("file_search_call", "in_progress searching completed"),
          entry("web_search_call", "in_progress searching completed"),
          entry("image_generation_call", "in_progress generating partial_image completed"),
          entry("mcp_call", "in_progress completed failed"),
          entry("mcp_call_arguments", "delta done"),
          entry("mcp_list_tools", "in_progress completed failed"),
          entry("compaction", "compacting"),
          entry("shell_call_command", "added delta done"),
          entry("shell_call_output_content", "delta done"));

  /** All events that tell nothing but what the whole tells in the end. */
  static final Set<String> TOLD_BY_THE_WHOLE = toldByTheWhole();

  private ResponseEvents() {}

  private static Set<String> toldByTheWhole() {
    var ofItems =
        OF_ITEMS.entrySet().stream()
            .flatMap(family ->
                Stream.of(family.getValue().split(" ", -1))
                    .map(event -> "response." + family.getKey() + "." + event));
    var others = Stream.of(CREATED, IN_PROGRESS, "response.queued", KEEPALIVE);
    return Stream.of(ofItems, others, ENDINGS.stream())
        .flatMap(types -> types)
        .collect(toUnmodifiableSet());
  }
}
