package dev.refrain.dialect;

import static java.util.Map.entry;

import dev.refrain.dialect.Fold.Base64;
import dev.refrain.dialect.Fold.Indexed;
import dev.refrain.dialect.Fold.Items;
import dev.refrain.dialect.Fold.Label;
import dev.refrain.dialect.Fold.Members;
import dev.refrain.dialect.Fold.Padding;
import dev.refrain.dialect.Fold.Rule;
import dev.refrain.dialect.Fold.Text;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the whole reply of the chunks of a stream. */
final class ChatFold {
  static final String WHOLE_OBJECT = "chat.completion";
  static final String CHUNK_OBJECT = "chat.completion.chunk";

  private static final Map<String, Rule> FUNCTION =
      Map.ofEntries(rule("arguments", Text::new), rule("name", Fold::late));

  private static final Map<String, Rule> CUSTOM =
      Map.ofEntries(rule("input", Text::new), rule("name", Fold::late));

  /** The index is told by the order in the whole. */
  private static final Map<String, Rule> TOOL_CALL =
      Map.ofEntries(
          entry("index", new Rule("", Fold::same)),
          rule("id", Fold::late),
          rule("type", Fold::late),
          rule("function", () -> new Members(FUNCTION)),
          rule("custom", () -> new Members(CUSTOM)));

  private static final Map<String, Rule> AUDIO =
      Map.ofEntries(rule("data", Base64::new), rule("transcript", Text::new));

  private static final Map<String, Rule> MESSAGE =
      Map.ofEntries(
          rule("role", Fold::late),
          rule("content", Text::new),
          rule("refusal", Text::new),
          rule("reasoning", Text::new),
          rule("reasoning_content", Text::new),
          rule("audio", () -> new Members(AUDIO)),
          rule("function_call", () -> new Members(FUNCTION)),
          rule("tool_calls", () -> new Indexed(() -> new Members(TOOL_CALL), /* gapless= */ true)));

  private static final Map<String, Rule> LOGPROBS =
      Map.ofEntries(rule("content", Items::new), rule("refusal", Items::new));

  private static final Map<String, Rule> CHOICE =
      Map.ofEntries(
          entry("delta", new Rule("message", () -> new Members(MESSAGE))),
          rule("finish_reason", Fold::late),
          rule("logprobs", () -> new Members(LOGPROBS)),
          rule("content_filter_results", () -> new Members(Map.of())));

  /** Azure leaves empty what it does not know yet. Padding hides the length of what is said. */
  private static final Map<String, Rule> CHUNK =
      Map.ofEntries(
          rule("id", Fold::late),
          rule("object", () -> new Label(CHUNK_OBJECT, WHOLE_OBJECT)),
          rule("created", Fold::late),
          rule("model", Fold::late),
          rule("service_tier", Fold::late),
          rule("system_fingerprint", Fold::late),
          rule("choices", () -> new Indexed(() -> new Members(CHOICE), /* gapless= */ false)),
          entry("obfuscation", new Rule("", Padding::new)));

  private ChatFold() {}

  private static Map.Entry<String, Rule> rule(String name, Supplier<Fold> fold) {
    return entry(name, new Rule(name, fold));
  }

  /** Returns the whole reply, or null if the stream tells what a whole reply cannot. */
  static @Nullable Json fold(EventStream stream) throws JsonRejected {
    var whole = new Members(CHUNK);
    for (var event : stream.events()) {
      if (!whole.add(event.json())) {
        return null;
      }
    }
    var out = new JsonWriter();
    whole.write(out);
    return Json.parse(out.toBytes()); // which also refuses two members of one name
  }
}
