package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.sse.SseTooLargeException;
import org.jspecify.annotations.Nullable;

/** Tells a message as a stream, or a stream as a message. */
final class MessagesConversion {

  /*
   * whole -> stream    the stream is folded again and must be equal to what it was made of
   * stream -> whole    the fold refuses what it cannot account for
   */

  private MessagesConversion() {}

  static @Nullable Chunks convert(Form from, Chunks chunks, Form to)
      throws JsonRejected, SseTooLargeException {
    int millis = Conversion.lastMillis(chunks);
    if (from.equals(Form.WHOLE) && to.equals(StreamForms.STREAM)) {
      var whole = Json.parse(chunks.bytes());
      var stream = MessagesUnfold.unfold(whole, millis);
      var again = MessagesFold.fold(EventStream.read(stream));
      return (again != null && SameValue.same(whole, again)) ? stream : null;
    }
    if (from.equals(StreamForms.STREAM) && to.equals(Form.WHOLE)) {
      var whole = MessagesFold.fold(EventStream.read(chunks));
      return (whole == null) ? null : Conversion.whole(whole, millis);
    }
    return null;
  }
}
