package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Recording;
import dev.refrain.dialect.Fold.Items;
import dev.refrain.dialect.Fold.Latest;
import dev.refrain.dialect.Fold.Members;
import dev.refrain.dialect.Fold.Rule;
import dev.refrain.dialect.Fold.Text;
import dev.refrain.dialect.OllamaLines.Line;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns a recording of Ollama into the other form, without loss or not at all. */
final class OllamaConversion {

  /*
   * Ollama makes a whole reply as this does: of the last line, with the texts of all lines in it.
   * When the others were made is what a whole reply does not tell.
   *
   * The other way round there are two lines, of what is said and of the rest; these are folded
   * again, and must be equal to what they were made of.
   */

  private static final Map<String, Rule> MESSAGE =
      Map.ofEntries(
          rule("role", Fold::same),
          rule("content", Text::new),
          rule("thinking", Text::new),
          rule("tool_calls", Items::new));

  private static final Map<String, Rule> LINE =
      Map.ofEntries(
          rule("created_at", Latest::new),
          rule("done", Latest::new),
          rule("message", () -> new Members(MESSAGE, Fold::once)),
          rule("response", Text::new),
          rule("thinking", Text::new),
          rule("tool_calls", Items::new),
          rule("logprobs", Items::new));

  private OllamaConversion() {}

  private static Map.Entry<String, Rule> rule(String name, Supplier<Fold> fold) {
    return entry(name, new Rule(name, fold));
  }

  static MediaType mediaType(Form form) {
    return form.equals(OllamaRequest.STREAM) ? MediaType.LINES : MediaType.JSON;
  }

  static @Nullable Recording convert(Recording recording, Form form) {
    try {
      var lines = OllamaLines.read(recording.slot().form(), recording.chunks());
      if (!lines.ended()) {
        return null;
      }
      var chunks = form.equals(Form.WHOLE) ? whole(lines.lines()) : stream(lines.lines());
      return (chunks == null)
          ? null
          : recording.as(form, mediaType(form).in(recording.headers()), chunks);
    } catch (JsonRejected e) {
      return null; // what cannot be read cannot be told in another way
    }
  }

  private static @Nullable Chunks whole(List<Line> lines) throws JsonRejected {
    var whole = fold(lines.stream().map(Line::json).toList());
    if (whole == null) {
      return null;
    }
    var chunks = new ChunkList();
    chunks.add(whole.rawBytes(), lines.getLast().millis());
    return chunks.toChunks();
  }

  private static @Nullable Json fold(List<Json> lines) throws JsonRejected {
    var fold = new Members(LINE, Fold::same);
    for (var line : lines) {
      if (!fold.add(line)) {
        return null;
      }
    }
    var out = new JsonWriter();
    fold.write(out);
    return Json.parse(out.toBytes()); // which also refuses two members of one name
  }

  private static @Nullable Chunks stream(List<Line> one) throws JsonRejected {
    var whole = one.getLast().json();
    var lines = List.of(line(whole, true), line(whole, false));
    var again = fold(List.of(Json.parse(lines.get(0)), Json.parse(lines.get(1))));
    if (again == null || !SameValue.same(whole, again)) {
      return null;
    }
    var chunks = new ChunkList();
    for (var line : lines) {
      chunks.add(line, one.getLast().millis());
    }
    return chunks.toChunks();
  }

  /** Returns the line that tells what is said, or the one that tells the rest. */
  private static byte[] line(Json whole, boolean said) {
    var line = new JsonWriter().beginObject();
    for (var member : whole.members()) {
      var name = member.name().text();
      switch (name) {
        case "model", "created_at" -> JsonLine.write(member.value(), line.name(name));
        case "done" -> line.name(name).bool(!said);
        case "message" -> writeMessage(member.value(), said, line.name(name));
        case "response" -> {
          if (said) {
            JsonLine.write(member.value(), line.name(name));
          } else {
            line.name(name).string("");
          }
        }
        default -> {
          if (LINE.containsKey(name) == said) {
            JsonLine.write(member.value(), line.name(name));
          }
        }
      }
    }
    return (new String(line.endObject().toBytes(), UTF_8) + "\n").getBytes(UTF_8);
  }

  private static void writeMessage(Json message, boolean said, JsonWriter line) {
    if (said) {
      JsonLine.write(message, line);
    } else {
      line.beginObject().name("role").value(Field.of(message, "role"));
      line.name("content").string("").endObject();
    }
  }
}
