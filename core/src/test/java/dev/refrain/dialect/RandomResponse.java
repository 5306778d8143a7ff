package dev.refrain.dialect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A response made by chance, of items that are known, with members that are not. */
final class RandomResponse {
  private final Random random;
  private final RandomReply replies;

  RandomResponse(Random random) {
    this.random = random;
    this.replies = new RandomReply(random);
  }

  /** Returns a response as JSON, spelled by chance. */
  String whole(String model) {
    boolean completed = random.nextInt(4) > 0;
    var response = new LinkedHashMap<String, Object>();
    response.put("id", "resp_" + random.nextInt(99));
    response.put("object", "response");
    response.put("status", completed ? "completed" : "incomplete");
    response.put("incomplete_details", completed ? null : Map.of("reason", "max_output_tokens"));
    response.put("model", model);
    response.put("output", items());
    response.put("usage", Map.of("input_tokens", random.nextInt(9), "output_tokens", 4));
    maybe(response, "error", null);
    maybe(response, "completed_at", 1 + random.nextInt(99));
    maybe(response, "output_text", replies.text(5));
    maybe(response, "metadata", replies.value(2));
    maybe(response, "new", replies.value(2));
    return replies.spelled(replies.shuffled(response));
  }

  private List<Object> items() {
    var items = new ArrayList<Object>();
    for (int i = random.nextInt(4); i > 0; i--) {
      var item = new LinkedHashMap<String, Object>();
      item.put("id", "item_" + i);
      maybe(item, "status", "completed");
      maybe(item, "new", replies.value(2));
      fill(item);
      items.add(replies.shuffled(item));
    }
    return items;
  }

  private void fill(Map<String, Object> item) {
    switch (random.nextInt(4)) {
      case 0 -> {
        item.put("type", "reasoning");
        item.put("summary", parts("summary_text"));
        maybe(item, "content", random.nextBoolean() ? null : parts("reasoning_text"));
        maybe(item, "encrypted_content", replies.text(5));
      }
      case 1 -> {
        item.put("type", "function_call");
        item.put("name", "f");
        item.put("arguments", replies.text(9));
      }
      case 2 -> {
        item.put("type", "custom_tool_call");
        item.put("name", "f");
        item.put("input", replies.text(9));
      }
      default -> {
        item.put("type", "message");
        item.put("role", "assistant");
        var content = parts("output_text");
        content.addAll(parts("refusal"));
        Collections.shuffle(content, random);
        item.put("content", content);
      }
    }
  }

  private List<Object> parts(String type) {
    var parts = new ArrayList<Object>();
    for (int i = random.nextInt(3); i > 0; i--) {
      var part = new LinkedHashMap<String, Object>();
      part.put("type", type);
      part.put(type.equals("refusal") ? "refusal" : "text", replies.text(20));
      maybe(part, "new", replies.value(1));
      if (type.equals("output_text")) {
        maybe(part, "annotations", replies.list());
        maybe(part, "logprobs", random.nextBoolean() ? null : replies.list());
      }
      parts.add(replies.shuffled(part));
    }
    return parts;
  }

  private void maybe(Map<String, Object> map, String name, Object value) {
    replies.maybe(map, name, value);
  }
}
