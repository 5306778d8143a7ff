package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import java.util.Set;

/** Makes a stream of whole completions: of each choice its text, and then how it ended. */
final class CompletionUnfold {

  /*
   * As with chats, the choices take turns, and whoever calls finds out by folding the stream again
   * whether a part of a strange reply was lost.
   */

  private static final Set<String> TOLD_WITH_THE_TEXT = Set.of("index", "text", "logprobs");

  private CompletionUnfold() {}

  /** Returns a stream whose events all came at one time. */
  static Chunks unfold(Json whole, boolean withUsage, int millis) {
    var object = Field.of(whole, "object").asText("");
    var chunks = new ChunkWriter(whole, object, withUsage, millis);
    for (var choice : Field.of(whole, "choices").elements()) {
      chunks.add(choices -> writeText(choice, choices));
    }
    for (var choice : Field.of(whole, "choices").elements()) {
      chunks.add(choices -> writeEnd(choice, choices));
    }
    return chunks.done();
  }

  private static void writeText(Json choice, JsonWriter choices) {
    choices.beginObject();
    for (var member : choice.members()) {
      var name = member.name().text();
      if (TOLD_WITH_THE_TEXT.contains(name)) {
        choices.name(name).value(member.value());
      } else if (name.equals("finish_reason")) {
        choices.name(name).nothing();
      }
    }
    choices.endObject();
  }

  private static void writeEnd(Json choice, JsonWriter choices) {
    choices.beginObject();
    for (var member : choice.members()) {
      var name = member.name().text();
      switch (name) {
        case "text" -> choices.name(name).string("");
        case "logprobs" -> choices.name(name).nothing();
        default -> choices.name(name).value(member.value());
      }
    }
    choices.endObject();
  }
}
