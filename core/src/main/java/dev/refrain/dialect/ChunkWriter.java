package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.function.Consumer;

/** Writes a whole reply as a stream of chunks, in each of which some of its choices are told. */
final class ChunkWriter {

  /*
   * The short facts of the reply, such as its id, stand in all chunks; what is longer stands once,
   * in the first. The usage has a chunk of its own behind the others, if it is wanted.
   */

  private final Json whole;
  private final String object;
  private final boolean withUsage;
  private final int millis;
  private final EventChunks stream = new EventChunks();
  private boolean first = true;

  /** Makes a writer, and says what {@code object} chunks call themselves. */
  ChunkWriter(Json whole, String object, boolean withUsage, int millis) {
    this.whole = whole;
    this.object = object;
    this.withUsage = withUsage;
    this.millis = millis;
  }

  void add(Consumer<JsonWriter> choices) {
    add(choices, Field.NOTHING);
  }

  Chunks done() {
    if (withUsage) {
      add(choices -> {}, Field.of(whole, "usage"));
    }
    return stream.done(millis);
  }

  private void add(Consumer<JsonWriter> choices, Json usage) {
    var chunk = new JsonWriter().beginObject();
    for (var member : whole.members()) {
      var name = member.name().text();
      switch (name) {
        case "object" -> chunk.name(name).string(object);
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
