package dev.refrain.dialect;

import static java.util.Map.entry;

import dev.refrain.dialect.Fold.Base64;
import dev.refrain.dialect.Fold.Indexed;
import dev.refrain.dialect.Fold.Items;
import dev.refrain.dialect.Fold.Label;
import dev.refrain.dialect.Fold.Members;
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

  /*
   * What is known by name is folded by its own rule. Of what is not known, a fact of the reply or
   * of a choice may be told as often as it likes, if it is always the same. In a delta it may be
   * told but once: there everything is a piece, and "ha" told twice may mean "haha", or that two of
   * five pieces are somehow special, which no whole reply could tell.
   */

  static final String WHOLE_OBJECT = "chat.completion";
  static final String CHUNK_OBJECT = "chat.completion.chunk";

  private static final Map<String, Rule> FUNCTION =
      Map.ofEntries(rule("name", Fold::late), rule("arguments", Text::new));

  private static final Map<String, Rule> CUSTOM =
      Map.ofEntries(rule("name", Fold::late), rule("input", Text::new));

  /** The index goes nowhere, since the order of the whole tells it. */
  private static final Map<String, Rule> TOOL_CALL =
      Map.ofEntries(
          entry("index", new Rule(null, Fold::same)),
          rule("id", Fold::late),
          rule("type", Fold::late),
          rule("function", () -> pieces(FUNCTION)),
          rule("custom", () -> pieces(CUSTOM)));

  private static final Map<String, Rule> AUDIO =
      Map.ofEntries(
          rule("id", Fold::same),
          rule("expires_at", Fold::same),
          rule("data", Base64::new),
          rule("transcript", Text::new));

  private static final Map<String, Rule> MESSAGE =
      Map.ofEntries(
          rule("role", Fold::late),
          rule("content", Text::new),
          rule("refusal", Text::new),
          rule("reasoning", Text::new),
          rule("reasoning_content", Text::new),
          rule("audio", () -> pieces(AUDIO)),
          rule("function_call", () -> pieces(FUNCTION)),
          rule("tool_calls", () -> new Indexed(() -> pieces(TOOL_CALL), /* gapless= */ true)));

  private static final Map<String, Rule> LOGPROBS =
      Map.ofEntries(rule("content", Items::new), rule("refusal", Items::new));

  private static final Map<String, Rule> CHOICE =
      Map.ofEntries(
          entry("delta", new Rule("message", () -> pieces(MESSAGE))),
          rule("finish_reason", Fold::late),
          rule("logprobs", () -> pieces(LOGPROBS)),
          rule("content_filter_results", () -> facts(Map.of())));

  /** Azure leaves empty what it does not know yet. Obfuscation hides the length of a chunk. */
  private static final Map<String, Rule> CHUNK =
      Map.ofEntries(
          rule("id", Fold::late),
          rule("object", () -> new Label(CHUNK_OBJECT, WHOLE_OBJECT)),
          rule("created", Fold::late),
          rule("model", Fold::late),
          rule("service_tier", Fold::late),
          rule("system_fingerprint", Fold::late),
          rule("choices", () -> new Indexed(() -> facts(CHOICE), /* gapless= */ false)),
          entry("obfuscation", new Rule(null, Text::new)));

  static Map.Entry<String, Rule> rule(String name, Supplier<Fold> fold) {
    return entry(name, new Rule(name, fold));
  }

  static Fold facts(Map<String, Rule> rules) {
    return new Members(rules, Fold::same);
  }

  static Fold pieces(Map<String, Rule> rules) {
    return new Members(rules, Fold::once);
  }

  private ChatFold() {}

  /** Returns the whole reply, or null if the stream tells what a whole reply cannot. */
  static @Nullable Json fold(EventStream stream) throws JsonRejected {
    return fold(stream, facts(CHUNK));
  }

  /** Returns what the events of a stream make together, or null if they do not fit. */
  static @Nullable Json fold(EventStream stream, Fold whole) throws JsonRejected {
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
