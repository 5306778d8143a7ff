package dev.refrain.dialect;

import static dev.refrain.dialect.ChatFold.facts;
import static dev.refrain.dialect.ChatFold.pieces;
import static dev.refrain.dialect.ChatFold.rule;
import static java.util.Map.entry;

import dev.refrain.dialect.Fold.Indexed;
import dev.refrain.dialect.Fold.Items;
import dev.refrain.dialect.Fold.Rule;
import dev.refrain.dialect.Fold.Text;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the whole reply of the chunks of a stream of completions. */
final class CompletionFold {
  private static final Map<String, Rule> LOGPROBS =
      Map.ofEntries(
          rule("tokens", Items::new),
          rule("token_logprobs", Items::new),
          rule("top_logprobs", Items::new),
          rule("text_offset", Items::new));

  /** A choice is told in pieces as a chat's message is, so what is not known is told but once. */
  private static final Map<String, Rule> CHOICE =
      Map.ofEntries(
          rule("index", Fold::same),
          rule("text", Text::new),
          rule("finish_reason", Fold::late),
          rule("logprobs", () -> pieces(LOGPROBS)),
          rule("content_filter_results", () -> facts(Map.of())));

  private static final Map<String, Rule> CHUNK =
      Map.ofEntries(
          rule("id", Fold::late),
          rule("object", Fold::late),
          rule("created", Fold::late),
          rule("model", Fold::late),
          rule("system_fingerprint", Fold::late),
          rule("choices", () -> new Indexed(() -> pieces(CHOICE), /* gapless= */ false)),
          entry("obfuscation", new Rule(null, Text::new)));

  private CompletionFold() {}

  /** Returns the whole reply, or null if the stream tells what a whole reply cannot. */
  static @Nullable Json fold(EventStream stream) throws JsonRejected {
    return ChatFold.fold(stream, facts(CHUNK));
  }
}
