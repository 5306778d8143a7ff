package dev.refrain.dialect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A stream that tells what a whole reply tells. How it is cut, in which order its choices come and
 * what is repeated is left to chance.
 */
final class RandomStream {
  private static final List<String> TEXTS =
      List.of("content", "refusal", "reasoning", "reasoning_content");
  private static final List<String> IN_EACH_CHUNK =
      List.of("id", "created", "model", "service_tier", "system_fingerprint");

  private final Random random;

  RandomStream(Random random) {
    this.random = random;
  }

  List<Map<String, Object>> chunks(Map<String, Object> whole) {
    var waiting = new ArrayList<List<Object>>(); // of each choice the parts that are still to come
    for (var choice : list(whole.get("choices"))) {
      waiting.add(parts(object(choice)));
    }
    var chunks = new ArrayList<Map<String, Object>>();
    while (!waiting.isEmpty()) {
      var choices = new ArrayList<>();
      Collections.shuffle(waiting, random);
      for (var parts : waiting.subList(0, 1 + random.nextInt(waiting.size()))) {
        choices.add(parts.removeFirst());
      }
      waiting.removeIf(List::isEmpty);
      chunks.add(chunk(choices));
    }
    chunks.add(chunk(List.of()));
    whole.forEach((name, value) -> tell(chunks, name, value));
    return chunks;
  }

  private static Map<String, Object> chunk(List<Object> choices) {
    var chunk = new LinkedHashMap<String, Object>();
    chunk.put("choices", choices);
    return chunk;
  }

  /** Puts a fact of the reply into its chunks. */
  private void tell(List<Map<String, Object>> chunks, String name, Object value) {
    if (name.equals("object")) {
      chunks.forEach(chunk -> chunk.put(name, value + ".chunk"));
    } else if (IN_EACH_CHUNK.contains(name)) {
      chunks.forEach(chunk -> chunk.put(name, value));
    } else if (!name.equals("choices")) {
      chunks.stream().filter(c -> random.nextBoolean()).forEach(chunk -> chunk.put(name, null));
      chunks.get(random.nextInt(chunks.size())).put(name, value);
    }
  }

  private List<Object> parts(Map<String, Object> choice) {
    var parts = new ArrayList<Map<String, Object>>();
    for (var delta : deltas(object(choice.get("message")))) {
      var part = new LinkedHashMap<String, Object>();
      part.put("index", choice.get("index"));
      part.put("delta", delta);
      part.put("finish_reason", null);
      parts.add(part);
    }
    parts.getLast().put("finish_reason", choice.get("finish_reason"));
    if (choice.containsKey("stop_reason")) {
      parts.get(random.nextInt(parts.size())).put("stop_reason", choice.get("stop_reason"));
    }
    if (choice.containsKey("logprobs")) {
      spreadLogprobs(object(choice.get("logprobs")), parts);
    }
    return new ArrayList<>(parts);
  }

  /** Gives each part some of the logprobs, and the last one the rest. */
  private static void spreadLogprobs(
      Map<String, Object> logprobs, List<Map<String, Object>> parts) {
    for (int i = 0; i < parts.size(); i++) {
      Map<String, Object> some = (logprobs == null) ? null : new LinkedHashMap<>();
      if (logprobs != null) {
        for (var name : logprobs.keySet()) {
          var all = list(logprobs.get(name));
          some.put(name, (all == null) ? null : slice(all, i, parts.size()));
        }
      }
      parts.get(i).put("logprobs", some);
    }
  }

  private static List<Object> slice(List<Object> all, int index, int count) {
    int from = Math.min(index, all.size());
    int to = (index == count - 1) ? all.size() : Math.min(index + 1, all.size());
    return all.subList(from, to);
  }

  private List<Map<String, Object>> deltas(Map<String, Object> message) {
    var deltas = new ArrayList<Map<String, Object>>();
    deltas.add(new LinkedHashMap<>());
    message.forEach((name, value) -> {
      int at = random.nextInt(deltas.size());
      for (var piece : pieces(name, value)) {
        if (at == deltas.size()) {
          deltas.add(new LinkedHashMap<>());
        }
        deltas.get(at++).put(name, piece);
      }
    });
    return deltas;
  }

  private List<Object> pieces(String name, Object value) {
    var pieces = new ArrayList<>();
    if (value instanceof String text && TEXTS.contains(name)) {
      pieces.addAll(cut(text));
    } else if (name.equals("function_call")) {
      pieces.addAll(cutFunction(object(value)));
    } else if (name.equals("tool_calls")) {
      var calls = list(value);
      for (int i = 0; i < calls.size(); i++) {
        var call = object(calls.get(i));
        for (var function : cutFunction(object(call.get("function")))) {
          pieces.add(List.of(Map.of("index", i, "id", call.get("id"), "function", function)));
        }
      }
    } else {
      pieces.add(value);
    }
    return pieces;
  }

  private List<Object> cutFunction(Map<String, Object> function) {
    var pieces = new ArrayList<>();
    for (var arguments : cut((String) function.get("arguments"))) {
      pieces.add(Map.of("name", function.get("name"), "arguments", arguments));
    }
    return pieces;
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

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }
}
