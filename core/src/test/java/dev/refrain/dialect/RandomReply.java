package dev.refrain.dialect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A good reply made by chance. JSON is plain Java here: maps, lists, strings, numbers, booleans and
 * null.
 */
final class RandomReply {
  private static final List<String> LETTERS =
      List.of("a", "b", " ", "\"", "\\", "/", "\n", "\u0000", "\u00e9", "\u20ac", "\ud83d\ude00");

  private final Random random;

  RandomReply(Random random) {
    this.random = random;
  }

  Map<String, Object> whole(String model) {
    var reply = new LinkedHashMap<String, Object>();
    reply.put("id", "chatcmpl-" + random.nextInt(99));
    reply.put("object", "chat.completion");
    reply.put("created", 1 + random.nextInt(1_000_000));
    reply.put("model", model);
    maybe(reply, "service_tier", "default");
    maybe(reply, "system_fingerprint", random.nextBoolean() ? null : "fp_1");
    maybe(reply, "new", value(2));
    var choices = new ArrayList<Object>();
    for (int i = 0, count = 1 + random.nextInt(3); i < count; i++) {
      choices.add(choice(i));
    }
    reply.put("choices", choices);
    reply.put("usage", usage());
    return shuffled(reply);
  }

  private Map<String, Object> usage() {
    var usage = new LinkedHashMap<String, Object>();
    usage.put("prompt_tokens", random.nextInt(100));
    usage.put("completion_tokens", random.nextInt(100));
    maybe(usage, "details", value(2));
    return usage;
  }

  private Map<String, Object> choice(int index) {
    var choice = new LinkedHashMap<String, Object>();
    choice.put("index", index);
    choice.put("message", message());
    choice.put("finish_reason", random.nextBoolean() ? "stop" : "tool_calls");
    maybe(choice, "logprobs", random.nextBoolean() ? null : logprobs());
    maybe(choice, "stop_reason", value(1));
    return shuffled(choice);
  }

  private Map<String, Object> message() {
    var message = new LinkedHashMap<String, Object>();
    message.put("role", "assistant");
    message.put("content", random.nextInt(4) == 0 ? null : text(20));
    maybe(message, "refusal", random.nextInt(3) > 0 ? null : text(5));
    maybe(message, "reasoning_content", random.nextInt(4) == 0 ? null : text(20));
    maybe(message, "reasoning", random.nextInt(4) == 0 ? null : text(20));
    maybe(message, "annotations", list());
    maybe(message, "new", value(2));
    maybe(message, "function_call", Map.of("name", "f", "arguments", text(9)));
    maybe(message, "tool_calls", toolCalls());
    return shuffled(message);
  }

  private List<Object> toolCalls() {
    var calls = new ArrayList<Object>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      calls.add(Map.of("id", "c" + i, "function", Map.of("name", "f", "arguments", text(9))));
    }
    return calls;
  }

  private Map<String, Object> logprobs() {
    var logprobs = new LinkedHashMap<String, Object>();
    logprobs.put("content", list());
    logprobs.put("refusal", random.nextBoolean() ? null : list());
    return logprobs;
  }

  List<Object> list() {
    var list = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      list.add(value(1));
    }
    return list;
  }

  Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> text(3);
      case 1 -> random.nextInt(3);
      case 2 -> random.nextBoolean();
      case 3 -> random.nextInt(100) / 8.0;
      case 4 -> null;
      case 5 -> list();
      default -> {
        var map = new LinkedHashMap<String, Object>();
        map.put(text(2), value(depth - 1));
        map.put("x", value(depth - 1));
        yield map;
      }
    };
  }

  String text(int lengthMax) {
    var text = new StringBuilder();
    for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
      text.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return text.toString();
  }

  void maybe(Map<String, Object> map, String name, Object value) {
    if (random.nextBoolean()) {
      map.put(name, value);
    }
  }

  Map<String, Object> shuffled(Map<String, Object> map) {
    var names = new ArrayList<>(map.keySet());
    Collections.shuffle(names, random);
    var shuffled = new LinkedHashMap<String, Object>();
    names.forEach(name -> shuffled.put(name, map.get(name)));
    return shuffled;
  }

  /** Returns a value as JSON, some letters escaped by chance. */
  String spelled(Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> map -> {
        var members = new ArrayList<String>();
        map.forEach((name, member) -> members.add(spelled(name) + ":" + spelled(member)));
        yield "{" + String.join(",", members) + "}";
      }
      case List<?> list -> "[" + String.join(",", list.stream().map(this::spelled).toList()) + "]";
      case String text -> {
        var out = new StringBuilder();
        text.chars().forEach(unit -> out.append(spelled((char) unit)));
        yield "\"" + out + "\"";
      }
      default -> value.toString();
    };
  }

  private String spelled(char unit) {
    boolean must = unit < ' ' || unit == '"' || unit == '\\';
    boolean may = !Character.isSurrogate(unit) && random.nextInt(4) == 0;
    return (must || may) ? "\\u" + HexFormat.of().toHexDigits(unit) : String.valueOf(unit);
  }
}
