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
   * The short facts of the reply, such as its id, stand in all chunks; what is longer stands once,
   * in the first. A choice's own facts come with its end.
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

  private final Json whole;
  private final boolean withUsage;
  private final int millis;
  private final EventChunks stream = new EventChunks();
  private boolean first = true;

  private ChatUnfold(Json whole, boolean withUsage, int millis) {
    this.whole = whole;
    this.withUsage = withUsage;
    this.millis = millis;
  }

  /** Returns a stream whose events all came at one time. */
  static Chunks unfold(Json whole, boolean withUsage, int millis) {
    return new ChatUnfold(whole, withUsage, millis).unfold();
  }

  private Chunks unfold() {
    for (var part : Part.values()) {
      for (var choice : Field.of(whole, "choices").elements()) {
        addPart(part, choice);
      }
    }
    if (withUsage) {
      addChunk(choices -> {}, Field.of(whole, "usage"));
    }
    return stream.done(millis);
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
    addChunk(choices -> writeChoice(part, choice, delta, choices), Field.NOTHING);
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

  private void addChunk(Consumer<JsonWriter> choices, Json usage) {
    var chunk = new JsonWriter().beginObject();
    for (var member : whole.members()) {
      var name = member.name().text();
      switch (name) {
        case "object" -> chunk.name(name).string(ChatFold.CHUNK_OBJECT);
        case "choices" -> {
          choices.accept(chunk.name(name).beginArray());
          chunk.endArray();
        }
        case "usage" -> {} // comes last
        default -> {
          if (first || isShort(member.value())) {
            chunk.name(name).value(member.value());
          }
        }
      }
    }
    if (withUsage) {
      chunk.name("usage").value(usage);
    }
    stream.add(chunk.endObject().toBytes(), millis);
    first = false;
  }

  private static boolean isShort(Json value) {
    return !value.is(Kind.OBJECT) && !value.is(Kind.ARRAY);
  }
}
