package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.sse.SseWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A stream that tells what a whole message tells. How it is cut, where pings come and what of its
 * facts is told when is left to chance.
 */
final class RandomMessageStream {
  private static final Set<String> STREAMED =
      Set.of("text", "thinking", "signature", "citations", "input");

  private final Random random;
  private final RandomMessage messages;
  private final StringBuilder stream = new StringBuilder();

  RandomMessageStream(Random random, RandomMessage messages) {
    this.random = random;
    this.messages = messages;
  }

  String of(Map<String, Object> message) {
    var start = new LinkedHashMap<String, Object>();
    var end = new LinkedHashMap<String, Object>();
    message.forEach((name, value) -> {
      switch (name) {
        case "content" -> start.put(name, List.of());
        case "usage" -> start.put(name, usageAtStart(object(value)));
        default -> {
          boolean late = random.nextBoolean();
          if (!late || random.nextBoolean()) {
            start.put(name, late ? null : value);
          }
          if (late || random.nextBoolean()) {
            end.put(name, value);
          }
        }
      }
    });
    add("message_start", Map.of("message", start));
    var content = list(message.get("content"));
    for (int i = 0; i < content.size(); i++) {
      addBlock(i, object(content.get(i)));
    }
    if (random.nextInt(4) == 0) {
      add("message_delta", Map.of("delta", Map.of(), "usage", Map.of("output_tokens", 3)));
    }
    add("message_delta", Map.of("delta", end, "usage", message.get("usage")));
    add("message_stop", Map.of());
    return stream.toString();
  }

  /** Returns what is known of it at first, and what is not yet right. */
  private Map<String, Object> usageAtStart(Map<String, Object> usage) {
    var start = new LinkedHashMap<String, Object>();
    usage.forEach((name, value) -> {
      if (random.nextBoolean()) {
        start.put(name, (value != null && random.nextBoolean()) ? 1 : value);
      }
    });
    return start;
  }

  private void addBlock(int index, Map<String, Object> block) {
    var start = new LinkedHashMap<String, Object>();
    var deltas = new ArrayList<Map<String, Object>>();
    block.forEach((name, value) -> {
      if (STREAMED.contains(name) && value != null) {
        var parts = parts(name, value);
        if (!parts.isEmpty() || !name.equals("input")) {
          deltas.addAll(parts);
          start.put(name, empty(value));
          return;
        }
      }
      start.put(name, value);
    });
    add("content_block_start", Map.of("index", index, "content_block", start));
    for (var delta : deltas) {
      add("content_block_delta", Map.of("index", index, "delta", delta));
    }
    add("content_block_stop", Map.of("index", index));
  }

  private static Object empty(Object value) {
    return switch (value) {
      case String text -> "";
      case List<?> list -> List.of();
      default -> Map.of();
    };
  }

  private List<Map<String, Object>> parts(String name, Object value) {
    var parts = new ArrayList<Map<String, Object>>();
    switch (name) {
      case "text", "thinking" ->
          cut((String) value)
              .forEach(piece -> parts.add(Map.of("type", name + "_delta", name, piece)));
      case "signature" -> parts.add(Map.of("type", "signature_delta", name, value));
      case "citations" -> {
        for (var citation : list(value)) {
          var delta = new LinkedHashMap<String, Object>();
          delta.put("type", "citations_delta");
          delta.put("citation", citation);
          parts.add(delta);
        }
      }
      default ->
          cut(messages.spelled(value))
              .forEach(
                  piece -> parts.add(Map.of("type", "input_json_delta", "partial_json", piece)));
    }
    return parts;
  }

  private List<String> cut(String text) {
    var pieces = new ArrayList<String>();
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      if (!Character.isLowSurrogate(text.charAt(at)) && random.nextInt(4) == 0) {
        pieces.add(text.substring(from, at));
        from = at;
      }
    }
    pieces.add(text.substring(from));
    return pieces;
  }

  private void add(String type, Map<String, Object> members) {
    var data = new LinkedHashMap<String, Object>();
    data.put("type", type);
    data.putAll(members);
    write(type, data);
    if (random.nextInt(5) == 0 && !type.equals("message_stop")) {
      write("ping", Map.of("type", "ping"));
    }
  }

  private void write(String type, Map<String, Object> data) {
    var spelled = messages.spelled(data).getBytes(UTF_8);
    stream.append(new String(SseWriter.event(type, spelled), UTF_8));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }
}
