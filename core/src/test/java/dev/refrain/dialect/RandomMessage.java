package dev.refrain.dialect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A whole message of Anthropic's, made by chance. */
final class RandomMessage {
  private static final List<String> ENDINGS =
      List.of(
          "end_turn", "stop_sequence", "max_tokens", "tool_use", "pause_turn", "refusal", "new");

  private final Random random;
  private final RandomReply values;

  RandomMessage(Random random) {
    this.random = random;
    this.values = new RandomReply(random);
  }

  Map<String, Object> whole(String model) {
    var message = new LinkedHashMap<String, Object>();
    message.put("id", "msg_" + random.nextInt(99));
    message.put("type", "message");
    message.put("role", "assistant");
    message.put("model", model);
    var content = new ArrayList<Object>();
    for (int i = random.nextInt(5); i > 0; i--) {
      content.add(block());
    }
    message.put("content", content);
    message.put("stop_reason", ENDINGS.get(random.nextInt(ENDINGS.size())));
    message.put("stop_sequence", random.nextBoolean() ? null : values.text(3));
    values.maybe(message, "stop_details", random.nextBoolean() ? null : Map.of("type", "refusal"));
    values.maybe(message, "container", random.nextBoolean() ? null : Map.of("id", values.text(3)));
    values.maybe(message, "context_management", values.value(2));
    values.maybe(message, "new", values.value(2));
    message.put("usage", usage());
    return values.shuffled(message);
  }

  private Map<String, Object> usage() {
    var usage = new LinkedHashMap<String, Object>();
    usage.put("input_tokens", random.nextInt(100));
    usage.put("output_tokens", random.nextInt(100));
    values.maybe(usage, "cache_read_input_tokens", random.nextBoolean() ? null : 7);
    values.maybe(usage, "cache_creation_input_tokens", random.nextInt(100));
    values.maybe(usage, "cache_creation", Map.of("ephemeral_5m_input_tokens", random.nextInt(9)));
    values.maybe(usage, "server_tool_use", random.nextBoolean() ? null : Map.of("x", 1));
    values.maybe(usage, "new", values.value(1));
    return values.shuffled(usage);
  }

  private Map<String, Object> block() {
    var block = new LinkedHashMap<String, Object>();
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        block.put("type", "text");
        block.put("text", values.text(20));
        values.maybe(block, "citations", random.nextBoolean() ? null : values.list());
      }
      case 2 -> {
        block.put("type", "thinking");
        block.put("thinking", values.text(20));
        values.maybe(block, "signature", values.text(20));
      }
      case 3 -> {
        block.put("type", "redacted_thinking");
        block.put("data", values.text(20));
      }
      case 4 -> {
        block.put("type", random.nextBoolean() ? "tool_use" : "server_tool_use");
        block.put("id", "toolu_" + random.nextInt(3));
        var input = new LinkedHashMap<String, Object>();
        values.maybe(input, "a", values.value(2));
        values.maybe(input, values.text(3), values.value(2));
        block.put("input", input);
      }
      case 5 -> {
        block.put("type", "web_search_tool_result");
        block.put("tool_use_id", "toolu_" + random.nextInt(3));
        block.put("content", values.value(2));
      }
      default -> {
        block.put("type", "compaction");
        block.put("content", random.nextBoolean() ? null : values.text(9));
        values.maybe(block, "encrypted_content", values.text(9));
      }
    }
    values.maybe(block, "new", values.value(1));
    return values.shuffled(block);
  }

  /** Returns a value as JSON, some letters escaped by chance. */
  String spelled(Object value) {
    return values.spelled(value);
  }
}
