package dev.refrain.dialect;

import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;

/** Writes a value in one line, and its strings and numbers as they are spelled. */
final class JsonLine {
  private JsonLine() {}

  static void write(Json value, JsonWriter out) {
    switch (value.kind()) {
      case OBJECT -> {
        out.beginObject();
        for (var member : value.members()) {
          write(member.value(), out.name(member.name().text()));
        }
        out.endObject();
      }
      case ARRAY -> {
        out.beginArray();
        value.elements().forEach(element -> write(element, out));
        out.endArray();
      }
      case STRING, NUMBER, TRUE, FALSE, NULL -> out.value(value);
    }
  }
}
