package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.json.Json;
import dev.refrain.json.Json.Member;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Makes a stream of a whole reply, in chunks such as OpenAI sends. */
final class ChatUnfold {

  /*
   * Of each choice there are up to four chunks: its role, what was thought, what is said, and how
   * it ended. The choices take turns, since a client may take a reply for ended when all choices
   * that it has seen are; OpenAI's own does.
   *
   * A choice's own facts come with its end.
   *
   * This is written for replies as they should be. Of others a part may be lost here; whoever calls
   * finds that out by folding the stream again.
   */

  private static final Set<String> THOUGHTS = Set.of("reasoning", "reasoning_content");

  private enum Part {
    ROLE,
    THOUGHT,
    SPEECH,
    END
  }

  private final ChunkWriter chunks;

  private ChatUnfold(ChunkWriter chunks) {
    this.chunks = chunks;
  }

  /** Returns a stream whose events all came at one time. */
  static Chunks unfold(Json whole, boolean withUsage, int millis) {
    var chunks = new ChunkWriter(whole, ChatFold.CHUNK_OBJECT, withUsage, millis);
    var unfold = new ChatUnfold(chunks);
    for (var part : Part.values()) {
      for (var choice : Field.of(whole, "choices").elements()) {
        unfold.addPart(part, choice);
      }
    }
    return chunks.done();
  }

  private void addPart(Part part, Json choice) {
    var message = Field.of(choice, "message");
    switch (part) {
      case ROLE -> addChunk(part, choice, delta -> writeRole(message, delta));
      case THOUGHT, SPEECH -> {
        var speech = speech(message, part);
        if (!speech.isEmpty() || (part == Part.SPEECH && Field.isGiven(choice, "logprobs"))) {
          addChunk(part, choice, delta -> writeSpeech(speech, delta));
        }
      }
      case END -> addChunk(part, choice, delta -> {});
    }
  }

  private static List<Member> speech(Json message, Part part) {
    var speech = new ArrayList<Member>();
    for (var member : message.members()) {
      var name = member.name().text();
      boolean spoken = !name.equals("role") && !member.value().is(Kind.NULL);
      if (spoken && THOUGHTS.contains(name) == (part == Part.THOUGHT)) {
        speech.add(member);
      }
    }
    return speech;
  }

  private static void writeRole(Json message, JsonWriter delta) {
    for (var member : message.members()) {
      var name = member.name().text();
      if (name.equals("role") || member.value().is(Kind.NULL)) {
        delta.name(name).value(member.value());
      } else if (name.equals("content")) {
        delta.name(name).string(""); // as a sign that there will be some
      }
    }
  }

  private static void writeSpeech(List<Member> speech, JsonWriter delta) {
    for (var member : speech) {
      var name = member.name().text();
      delta.name(name);
      if (name.equals("tool_calls")) {
        writeIndexed(member.value(), delta);
      } else {
        delta.value(member.value());
      }
    }
  }

  private static void writeIndexed(Json calls, JsonWriter delta) {
    delta.beginArray();
    int index = 0;
    for (var call : calls.elements()) {
      delta.beginObject().name("index").number(index++);
      for (var member : call.members()) {
        delta.name(member.name().text()).value(member.value());
      }
      delta.endObject();
    }
    delta.endArray();
  }

  private void addChunk(Part part, Json choice, Consumer<JsonWriter> delta) {
    chunks.add(choices -> writeChoice(part, choice, delta, choices));
  }

  private static void writeChoice(
      Part part, Json choice, Consumer<JsonWriter> delta, JsonWriter choices) {
    choices.beginObject();
    for (var member : choice.members()) {
      var name = member.name().text();
      var value = member.value();
      switch (name) {
        case "index" -> choices.name(name).value(value);
        case "message" -> {
          delta.accept(choices.name("delta").beginObject());
          choices.endObject();
        }
        case "logprobs" -> choices.name(name).value(part == Part.SPEECH ? value : Field.NOTHING);
        case "finish_reason" -> choices.name(name).value(part == Part.END ? value : Field.NOTHING);
        default -> {
          if (part == Part.END) {
            choices.name(name).value(value);
          }
        }
      }
    }
    choices.endObject();
  }
}
