package dev.refrain.dialect;

import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Folds the parts of what is said. */
final class GeminiParts {

  /*
   * A stream cuts a text wherever it likes, so the first part of a response goes on with the text
   * with which the one before ended. A part with a signature stands for itself, since Google takes
   * it back only as it gave it. What else may come in pieces, such as sound, is refused.
   */

  private static final Set<String> TEXT = Set.of("text", "thought");
  private static final Set<String> KNOWN =
      Set.of(
          "text",
          "thought",
          "thoughtSignature",
          "functionCall",
          "executableCode",
          "codeExecutionResult");
  private static final Set<String> CALL = Set.of("id", "name", "args");

  private final List<Part> parts = new ArrayList<>();
  private boolean given;

  /**
   * A part.
   *
   * @param first as it began
   * @param text all of its text, if it has nothing else
   */
  private record Part(Json first, Fold.Text text, boolean isText) {}

  /** Adds the parts of the next response; returns false if they could be mere pieces. */
  boolean add(Json list) {
    given = true;
    boolean isFirst = true;
    for (var part : list.elements()) {
      if (!part.is(Kind.OBJECT) || !hasOnly(part, KNOWN)) {
        return false;
      }
      if (!hasOnly(Field.of(part, "functionCall"), CALL)) {
        return false; // its arguments are to be continued
      }
      if (!isFirst || !goesOn(part)) {
        parts.add(new Part(part, new Fold.Text(), hasOnly(part, TEXT)));
      }
      if (!parts.getLast().text.add(Field.of(part, "text"))) {
        return false;
      }
      isFirst = false;
    }
    return list.is(Kind.ARRAY);
  }

  private boolean goesOn(Json part) {
    if (parts.isEmpty() || !parts.getLast().isText || !hasOnly(part, TEXT)) {
      return false;
    }
    var before = Field.of(parts.getLast().first, "thought");
    return SameValue.same(before, Field.of(part, "thought"));
  }

  private static boolean hasOnly(Json object, Set<String> names) {
    for (var member : object.members()) {
      if (!names.contains(member.name().text())) {
        return false;
      }
    }
    return true;
  }

  /** Writes them as a member. */
  void write(JsonWriter out) {
    if (!given) {
      return;
    }
    out.name("parts").beginArray();
    for (var part : parts) {
      if (part.isText) {
        out.beginObject();
        for (var member : part.first.members()) {
          var name = member.name().text();
          out.name(name);
          if (name.equals("text")) {
            part.text.write(out);
          } else {
            out.value(member.value());
          }
        }
        out.endObject();
      } else {
        out.value(part.first);
      }
    }
    out.endArray();
  }
}
