package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.Assembly;
import dev.refrain.Chunks;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts embeddings together, which were cut by {@link EmbeddingsReply}. */
final class EmbeddingsAssembly implements Assembly {

  /*
   * What a provider has written is never written anew, but for the index of an item and the usage:
   *
   *   answer = HEAD item ("," item)* TAIL END
   *   item   = BEFORE index AFTER
   *
   * in the words of EmbeddingsReply. Head and tail are those of the first, and so is whether there
   * is a usage.
   */

  static final EmbeddingsAssembly ASSEMBLY = new EmbeddingsAssembly();

  private EmbeddingsAssembly() {}

  @Override
  public Request select(Request request, List<Integer> places) {
    return EmbeddingsRequest.select(request, places);
  }

  @Override
  public @Nullable Parts split(Recording reply, int items) {
    return EmbeddingsReply.split(reply.chunks(), items);
  }

  @Override
  public @Nullable Chunks join(List<Chunks> parts, Usage cost) {
    int size = 0;
    for (var part : parts) {
      if (part.count() != EmbeddingsReply.PARTS || !isOfOneModel(parts.getFirst(), part)) {
        return null;
      }
      size += part.size();
    }
    var first = parts.getFirst();
    var out = new ByteArrayOutputStream(size);
    write(first.chunk(EmbeddingsReply.HEAD), out);
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      write(parts.get(i).chunk(EmbeddingsReply.BEFORE), out);
      out.writeBytes(Integer.toString(i).getBytes(US_ASCII));
      write(parts.get(i).chunk(EmbeddingsReply.AFTER), out);
    }
    write(first.chunk(EmbeddingsReply.TAIL), out);
    boolean hasUsage = first.chunk(EmbeddingsReply.END).remaining() > 1;
    out.writeBytes(EmbeddingsReply.end(hasUsage ? cost : null));
    var bytes = out.toByteArray();
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {0});
  }

  private static void write(ByteBuffer slice, ByteArrayOutputStream out) {
    var bytes = new byte[slice.remaining()];
    slice.get(bytes);
    out.writeBytes(bytes);
  }

  /** Vectors of different models must not be compared, so no answer has both. */
  private static boolean isOfOneModel(Chunks one, Chunks other) {
    boolean same =
        one.chunk(EmbeddingsReply.HEAD).equals(other.chunk(EmbeddingsReply.HEAD))
            && one.chunk(EmbeddingsReply.TAIL).equals(other.chunk(EmbeddingsReply.TAIL));
    return same || model(one).equals(model(other));
  }

  /** Returns the model that a reply to one item names, as it stands there. */
  private static String model(Chunks part) {
    try {
      var frame = new ByteArrayOutputStream();
      write(part.chunk(EmbeddingsReply.HEAD), frame);
      write(part.chunk(EmbeddingsReply.TAIL), frame);
      frame.write('}');
      return Field.of(Json.parse(frame.toByteArray()), "model").raw();
    } catch (JsonRejected e) {
      throw new IllegalArgumentException("not a part of a reply", e);
    }
  }
}
