package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.Assembly;
import dev.refrain.Chunks;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

  private static final byte[] COMMA = {','};

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
    var first = parts.getFirst();
    if (first.count() != EmbeddingsReply.PARTS) {
      return null;
    }
    var pieces = new ArrayList<ByteBuffer>(4 * parts.size() + 2);
    pieces.add(first.chunk(EmbeddingsReply.HEAD));
    for (int i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      if (part.count() != EmbeddingsReply.PARTS || !isOfOneModel(first, part)) {
        return null;
      }
      if (i > 0) {
        pieces.add(ByteBuffer.wrap(COMMA));
      }
      pieces.add(part.chunk(EmbeddingsReply.BEFORE));
      pieces.add(ByteBuffer.wrap(Integer.toString(i).getBytes(US_ASCII)));
      pieces.add(part.chunk(EmbeddingsReply.AFTER));
    }
    pieces.add(first.chunk(EmbeddingsReply.TAIL));
    boolean hasUsage = first.chunk(EmbeddingsReply.END).remaining() > 1;
    pieces.add(ByteBuffer.wrap(EmbeddingsReply.end(hasUsage ? cost : null)));
    var bytes = join(pieces);
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {0});
  }

  private static byte[] join(List<ByteBuffer> pieces) {
    var bytes = new byte[pieces.stream().mapToInt(ByteBuffer::remaining).sum()];
    var out = ByteBuffer.wrap(bytes);
    pieces.forEach(out::put);
    return bytes;
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
      var end = ByteBuffer.wrap(EmbeddingsReply.end(null));
      var frame =
          join(List.of(part.chunk(EmbeddingsReply.HEAD), part.chunk(EmbeddingsReply.TAIL), end));
      return Field.of(Json.parse(frame), "model").raw();
    } catch (JsonRejected e) {
      throw new IllegalArgumentException("not a part of a reply", e);
    }
  }
}
