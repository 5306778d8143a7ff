package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.sse.SseTooLargeException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts replies whose streams consist of chunks, each with a piece of the choices. */
record ChunkConversion(Folding folding, Unfolding unfolding) implements Conversion {

  /*
   * That nothing is lost is not assumed but found out, each time:
   *
   * whole -> stream    the stream is folded again and must be equal to what it was made of
   * stream -> whole    the fold refuses what it cannot account for, and the usage must be there
   * stream -> stream   chunks stay as they are but for the usage
   */

  private static final Set<String> USAGE = Set.of("usage");

  /** Makes a whole reply of a stream. */
  @FunctionalInterface
  interface Folding {
    /** Returns the whole reply, or null if the stream tells what a whole reply cannot. */
    @Nullable Json fold(EventStream stream) throws JsonRejected;
  }

  /** Makes a stream of a whole reply. */
  @FunctionalInterface
  interface Unfolding {
    /** Returns a stream whose events all came at one time. */
    Chunks unfold(Json whole, boolean withUsage, int millis);
  }

  @Override
  public @Nullable Chunks convert(Form from, Chunks chunks, Form to)
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
      return fold(stream, Conversion.lastMillis(chunks));
    }
    return to.equals(StreamForms.STREAM) ? WithoutUsage.of(stream) : null;
  }

  private @Nullable Chunks unfold(Chunks chunks, boolean withUsage)
      throws JsonRejected, SseTooLargeException {
    var whole = Json.parse(chunks.bytes());
    if (withUsage && !Field.isGiven(whole, "usage")) {
      return null;
    }
    var stream = unfolding.unfold(whole, withUsage, Conversion.lastMillis(chunks));
    var again = folding.fold(EventStream.read(stream));
    Set<String> lost = withUsage ? Set.of() : USAGE;
    return (again != null && SameValue.same(whole, again, lost)) ? stream : null;
  }

  private @Nullable Chunks fold(EventStream stream, int millis) throws JsonRejected {
    var whole = folding.fold(stream);
    return (whole == null || !Field.isGiven(whole, "usage"))
        ? null
        : Conversion.whole(whole, millis);
  }
}
