package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import dev.refrain.sse.SseTooLargeException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells a response as a stream, or a stream as a response. */
final class ResponseConversion {

  /*
   * whole -> stream    the stream is folded again and must be equal to what it was made of
   * stream -> whole    the last event has the whole in it; all others must be known to tell nothing
   *                    else, and every item that was done must be there as it was
   * stream -> stream   options of streams change but what hides the length of a chunk
   */

  private ResponseConversion() {}

  static @Nullable Chunks convert(Form from, Chunks chunks, Form to)
      throws JsonRejected, SseTooLargeException {
    int millis = Conversion.lastMillis(chunks);
    if (from.equals(Form.WHOLE) && StreamForms.isStream(to)) {
      var whole = Json.parse(chunks.bytes());
      var stream = ResponseUnfold.unfold(whole, millis);
      var again = (stream == null) ? null : fold(EventStream.read(stream));
      return (again != null && SameValue.same(whole, again)) ? stream : null;
    }
    if (!from.equals(StreamForms.STREAM)) {
      return null;
    }
    if (!to.equals(Form.WHOLE)) {
      return chunks;
    }
    var whole = fold(EventStream.read(chunks));
    return (whole == null) ? null : Conversion.whole(whole, millis);
  }

  /** Returns the whole response, or null if the stream tells what that does not. */
  private static @Nullable Json fold(EventStream stream) throws JsonRejected {
    var done = new HashMap<Long, Json>();
    Json whole = null;
    for (var event : stream.events()) {
      var json = event.json();
      var type = Field.of(json, "type").asText("");
      if (whole != null || !event.isOf(type) || !ResponseEvents.TOLD_BY_THE_WHOLE.contains(type)) {
        return null;
      }
      if (type.equals(ResponseEvents.ITEM_DONE)) {
        var same = done.put(Field.of(json, "output_index").asLong(-1), Field.of(json, "item"));
        if (same != null) {
          return null;
        }
      } else if (ResponseEvents.ENDINGS.contains(type)) {
        whole = Field.of(json, "response");
      }
    }
    return (whole != null && !stream.cut() && tells(whole, done)) ? whole : null;
  }

  private static boolean tells(Json whole, Map<Long, Json> done) {
    var output = Field.of(whole, "output");
    long index = 0;
    for (var item : output.elements()) {
      var told = done.get(index++);
      if (told == null || !SameValue.same(item, told)) {
        return false;
      }
    }
    return output.is(Kind.ARRAY) && index == done.size();
  }
}
