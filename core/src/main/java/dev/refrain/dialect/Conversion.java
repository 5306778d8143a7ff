package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Recording;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.sse.SseTooLargeException;
import org.jspecify.annotations.Nullable;

/** Tells a reply in another form. */
@FunctionalInterface
interface Conversion {
  /** Returns the reply in another form, or null where that cannot be done without loss. */
  @Nullable Chunks convert(Form from, Chunks chunks, Form to)
      throws JsonRejected, SseTooLargeException;

  /** Returns a recording in another form, without loss or not at all. */
  static @Nullable Recording of(Recording recording, Form form, Conversion conversion) {
    try {
      var chunks = conversion.convert(recording.slot().form(), recording.chunks(), form);
      return (chunks == null)
          ? null
          : recording.as(form, MediaType.of(form).in(recording.headers()), chunks);
    } catch (JsonRejected | SseTooLargeException e) {
      return null; // what cannot be read cannot be told in another way
    }
  }

  /** Returns a reply in one chunk. */
  static Chunks whole(Json reply, int millis) {
    var bytes = reply.rawBytes();
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {millis});
  }

  /** Returns when a reply was whole. */
  static int lastMillis(Chunks chunks) {
    return (chunks.count() == 0) ? 0 : chunks.millis(chunks.count() - 1);
  }
}
