package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Recording;
import dev.refrain.dialect.GeminiReply.Piece;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.sse.SseTooLargeException;
import dev.refrain.sse.SseWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a recording of Gemini into another form, without loss or not at all. */
final class GeminiConversion {

  /*
   * Both sorts of stream tell the same responses one after the other, and a whole response is a
   * stream of one. So only from a stream to a whole must anything be folded, which refuses what it
   * cannot account for.
   */

  private GeminiConversion() {}

  static @Nullable Recording convert(Recording recording, Form form) {
    try {
      var reply = GeminiReply.read(recording.slot().form(), recording.chunks());
      if (!reply.ended() || !reply.plain() || reply.pieces().isEmpty()) {
        return null;
      }
      var chunks = convert(reply.pieces(), form);
      return (chunks == null)
          ? null
          : recording.as(form, mediaType(form).in(recording.headers()), chunks);
    } catch (JsonRejected | SseTooLargeException e) {
      return null; // what cannot be read cannot be told in another way
    }
  }

  static MediaType mediaType(Form form) {
    return form.equals(GeminiTarget.EVENTS) ? MediaType.EVENTS : MediaType.JSON;
  }

  private static @Nullable Chunks convert(List<Piece> pieces, Form form) {
    if (form.equals(GeminiTarget.EVENTS)) {
      return events(pieces);
    }
    if (form.equals(GeminiTarget.ARRAY)) {
      return array(pieces);
    }
    var whole = GeminiFold.fold(pieces.stream().map(Piece::json).toList());
    if (whole == null) {
      return null;
    }
    var chunks = new ChunkList();
    chunks.add(whole, pieces.getLast().millis());
    return chunks.toChunks();
  }

  private static Chunks events(List<Piece> pieces) {
    var chunks = new ChunkList();
    for (var piece : pieces) {
      var line = new JsonWriter();
      JsonLine.write(piece.json(), line); // as Google's own client takes an event for one
      chunks.add(SseWriter.event(line.toBytes()), piece.millis());
    }
    return chunks.toChunks();
  }

  private static Chunks array(List<Piece> pieces) {
    var chunks = new ChunkList();
    var before = "[";
    for (var piece : pieces) {
      chunks.add((before + piece.json().raw()).getBytes(UTF_8), piece.millis());
      before = ",\n";
    }
    chunks.add("]".getBytes(UTF_8), pieces.getLast().millis());
    return chunks.toChunks();
  }
}
