package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Recording;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.sse.SseTooLargeException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a recording into another form, without loss or not at all. */
final class ChatConversion {

  /*
   * That nothing is lost is not assumed but found out, each time:
   *
   * whole -> stream    the stream is folded again and must be equal to what it was made of
   * stream -> whole    the fold refuses what it cannot account for, and the usage must be there
   * stream -> stream   chunks stay as they are but for the usage
   */

  private static final Set<String> USAGE = Set.of("usage");

  private ChatConversion() {}

  static @Nullable Recording convert(Recording recording, Form form) {
    try {
      var chunks = convert(recording.slot().form(), recording.chunks(), form);
      return (chunks == null)
          ? null
          : recording.as(form, MediaType.of(form).in(recording.headers()), chunks);
    } catch (JsonRejected | SseTooLargeException e) {
      return null; // what cannot be read cannot be told in another way
    }
  }

  private static @Nullable Chunks convert(Form from, Chunks chunks, Form to)
      throws JsonRejected, SseTooLargeException {
    if (from.equals(Form.WHOLE) && StreamForms.isStream(to)) {
      return unfold(chunks, StreamForms.hasUsage(to));
    }
    if (!StreamForms.isStream(from)) {
      return null;
    }
    var stream = EventStream.read(chunks);
    if (!stream.isPlain()) {
      return null;
    }
    if (to.equals(Form.WHOLE)) {
      return fold(stream, lastMillis(chunks));
    }
    return to.equals(StreamForms.STREAM) ? WithoutUsage.of(stream) : null;
  }

  private static @Nullable Chunks unfold(Chunks chunks, boolean withUsage)
      throws JsonRejected, SseTooLargeException {
    var whole = Json.parse(chunks.bytes());
    if (withUsage && !Field.isGiven(whole, "usage")) {
      return null;
    }
    var stream = ChatUnfold.unfold(whole, withUsage, lastMillis(chunks));
    var again = ChatFold.fold(EventStream.read(stream));
    Set<String> lost = withUsage ? Set.of() : USAGE;
    return (again != null && SameValue.same(whole, again, lost)) ? stream : null;
  }

  private static @Nullable Chunks fold(EventStream stream, int millis) throws JsonRejected {
    var whole = ChatFold.fold(stream);
    if (whole == null || !Field.isGiven(whole, "usage")) {
      return null;
    }
    var bytes = whole.rawBytes();
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {millis});
  }

  private static int lastMillis(Chunks chunks) {
    return (chunks.count() == 0) ? 0 : chunks.millis(chunks.count() - 1);
  }
}
