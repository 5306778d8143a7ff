package dev.refrain.dialect;

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

/** Puts embeddings together that were cut alike. */
final class EmbeddingsAssembly implements Assembly {

  /*
   * What a provider has written is never written anew, but for the index of an item, where it has
   * one, and the usage:
   *
   *   answer = HEAD ITEM ("," ITEM)* TAIL END
   *
   * in the words of EmbeddingsCut. Head and tail are those of the first, and so is whether there is
   * a usage.
   */

  static final EmbeddingsAssembly OPENAI = new EmbeddingsAssembly(EmbeddingsReply.CUT);
  static final EmbeddingsAssembly OLLAMA = new EmbeddingsAssembly(OllamaEmbedReply.CUT);

  private static final byte[] COMMA = {','};

  private final EmbeddingsCut cut;

  private EmbeddingsAssembly(EmbeddingsCut cut) {
    this.cut = cut;
  }

  @Override
  public Request select(Request request, List<Integer> places) {
    return EmbeddingsRequest.select(request, places);
  }

  @Override
  public @Nullable Parts split(Recording reply, int items) {
    return cut.split(reply.chunks(), items);
  }

  @Override
  public @Nullable Chunks join(List<Chunks> parts, Usage cost) {
    var first = parts.getFirst();
    if (!isPart(first)) {
      return null;
    }
    var pieces = new ArrayList<ByteBuffer>(4 * parts.size() + 2);
    pieces.add(first.chunk(EmbeddingsCut.HEAD));
    for (int i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      if (!isPart(part) || !isOfOneModel(first, part)) {
        return null;
      }
      if (i > 0) {
        pieces.add(ByteBuffer.wrap(COMMA));
      }
      pieces.addAll(cut.item(part, i));
    }
    pieces.add(first.chunk(cut.tail()));
    boolean hasUsage = first.chunk(cut.tail() + 1).remaining() > 1;
    pieces.add(ByteBuffer.wrap(cut.end(hasUsage ? cost : null)));
    var bytes = join(pieces);
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {0});
  }

  private boolean isPart(Chunks chunks) {
    return chunks.count() == cut.tail() + 2;
  }

  private static byte[] join(List<ByteBuffer> pieces) {
    var bytes = new byte[pieces.stream().mapToInt(ByteBuffer::remaining).sum()];
    var out = ByteBuffer.wrap(bytes);
    pieces.forEach(out::put);
    return bytes;
  }

  /** Vectors of different models must not be compared, so no answer has both. */
  private boolean isOfOneModel(Chunks one, Chunks other) {
    boolean same =
        one.chunk(EmbeddingsCut.HEAD).equals(other.chunk(EmbeddingsCut.HEAD))
            && one.chunk(cut.tail()).equals(other.chunk(cut.tail()));
    return same || model(one).equals(model(other));
  }

  /** Returns the model that a reply to one item names, as it stands there. */
  private String model(Chunks part) {
    try {
      var end = ByteBuffer.wrap(cut.end(null));
      var frame = join(List.of(part.chunk(EmbeddingsCut.HEAD), part.chunk(cut.tail()), end));
      return Field.of(Json.parse(frame), "model").raw();
    } catch (JsonRejected e) {
      throw new IllegalArgumentException("not a part of a reply", e);
    }
  }
}
