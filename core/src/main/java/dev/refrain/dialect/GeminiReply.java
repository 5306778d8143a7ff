package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import dev.refrain.sse.SseTooLargeException;
import java.util.ArrayList;
import java.util.List;

/**
 * A recorded reply as the responses of which it consists: one if it is whole, several in a stream.
 *
 * @param ended whether it came to the end that its form has
 * @param plain whether there is nothing to it but its responses
 */
record GeminiReply(List<Piece> pieces, boolean ended, boolean plain) {

  GeminiReply {
    pieces = List.copyOf(pieces);
  }

  /**
   * A response.
   *
   * @param millis when the last of it came, counted from the call's departure
   */
  record Piece(Json json, int millis) {}

  static GeminiReply read(Form form, Chunks chunks) throws JsonRejected, SseTooLargeException {
    if (form.equals(GeminiTarget.EVENTS)) {
      return events(chunks);
    }
    int millis = (chunks.count() == 0) ? 0 : chunks.millis(chunks.count() - 1);
    var document = Json.parse(chunks.bytes());
    if (!form.equals(GeminiTarget.ARRAY)) {
      boolean plain = document.is(Kind.OBJECT);
      return new GeminiReply(List.of(new Piece(document, millis)), true, plain);
    }
    if (!document.is(Kind.ARRAY)) {
      return new GeminiReply(List.of(new Piece(document, millis)), false, false);
    }
    var pieces = new ArrayList<Piece>();
    document.elements().forEach(element -> pieces.add(new Piece(element, millis)));
    return new GeminiReply(pieces, true, true);
  }

  private static GeminiReply events(Chunks chunks) throws JsonRejected, SseTooLargeException {
    var stream = EventStream.read(chunks);
    var pieces = new ArrayList<Piece>();
    for (var event : stream.events()) {
      pieces.add(new Piece(event.json(), event.millis()));
    }
    boolean plain = !stream.done() && stream.events().stream().allMatch(EventStream.Event::isPlain);
    return new GeminiReply(pieces, !stream.cut(), plain);
  }
}
