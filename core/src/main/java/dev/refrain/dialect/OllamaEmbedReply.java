package dev.refrain.dialect;

import dev.refrain.Assembly.Parts;
import dev.refrain.Chunks;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cuts a reply of Ollama's to a batch into replies to its items. */
final class OllamaEmbedReply implements EmbeddingsCut {

  /*
   * As in EmbeddingsReply, but for where the items stand, and that they have no index:
   *
   *   HEAD  {"model":"all-minilm","embeddings":[
   *   ITEM  [0.010071029,-0.0017594862,…]
   *   TAIL  ]
   *   END   ,"prompt_eval_count":0} or no more than the brace
   *
   * The durations are left out. They tell how long the model took over all items of one call, which
   * is true of no part, and Ollama itself leaves out what is nothing.
   */

  static final OllamaEmbedReply CUT = new OllamaEmbedReply();

  private static final int ITEM = 1;
  private static final int TAIL = 2;
  private static final String EMBEDDINGS = "embeddings";
  private static final String COUNT = "prompt_eval_count";
  private static final Set<String> OF_THE_CALL = Set.of(COUNT, "load_duration", "total_duration");

  private OllamaEmbedReply() {}

  @Override
  public int tail() {
    return TAIL;
  }

  @Override
  public @Nullable Parts split(Chunks reply, int items) {
    try {
      var root = EmbeddingsReply.parse(reply);
      var embeddings = Field.of(root, EMBEDDINGS);
      if (!embeddings.is(Kind.ARRAY) || embeddings.size() != items) {
        return null;
      }
      var frame = EmbeddingsReply.halves(root, EMBEDDINGS, OF_THE_CALL, true);
      var end = end(Field.isGiven(root, COUNT) ? Usage.NONE : null);
      var parts = new ArrayList<Chunks>(items);
      for (var item : embeddings.elements()) {
        parts.add(EmbeddingsReply.chunks(frame.getFirst(), item.rawBytes(), frame.getLast(), end));
      }
      return new Parts(parts, usage(root));
    } catch (JsonRejected e) {
      return null;
    }
  }

  /** Returns what a reply cost by its own account; of one that cost nothing, nothing is known. */
  static Usage usage(Json root) {
    long tokens = Field.of(root, COUNT).asLong(-1);
    return (tokens > 0) ? new Usage(tokens, 0) : Usage.UNKNOWN;
  }

  @Override
  public List<ByteBuffer> item(Chunks part, int place) {
    return List.of(part.chunk(ITEM));
  }

  @Override
  public byte[] end(@Nullable Usage cost) {
    return (cost == null)
        ? new byte[] {'}'}
        : EmbeddingsReply.afterValue().name(COUNT).number(cost.inputTokens()).endObject().toBytes();
  }
}
