package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a gateway says. What is not there counts for nothing: it may be of another version.
 */
final class Reading {
  private Reading() {}

  static String text(Json object, String member) {
    var value = object.get(member);
    return (value == null) ? "" : value.asText("");
  }

  static long number(Json object, String member) {
    var value = object.get(member);
    return (value == null) ? 0 : value.asLong(0);
  }

  static boolean truth(Json object, String member) {
    var value = object.get(member);
    return value != null && value.asBoolean(false);
  }

  static String raw(Json object, String member) {
    var value = object.get(member);
    return (value == null) ? "" : value.toString();
  }

  static List<String> texts(@Nullable Json array) {
    var texts = new ArrayList<String>();
    if (array != null) {
      for (var text : array.elements()) {
        texts.add(text.asText(""));
      }
    }
    return texts;
  }
}
