package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.Assembly.Parts;
import dev.refrain.Chunks;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonLimits;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cuts a reply to a batch into replies to its items. */
final class EmbeddingsReply implements EmbeddingsCut {

  /*
   * Each item lies in the cache as a reply of its own, in six chunks, so that it can be sent as it
   * is, and put together with others without being read again:
   *
   *   HEAD    {"object":"list","data":[                      all that stands before the items
   *   BEFORE  {"object":"embedding","index":                 of the item
   *   INDEX   0
   *   AFTER   ,"embedding":[-0.006929283495992422,…]}        of the item
   *   TAIL    ],"model":"text-embedding-3-small"             all that stands behind the items
   *   END     ,"usage":{"prompt_tokens":0,"total_tokens":0}} or no more than the brace
   *
   * Members stay in the provider's order, but for the usage, which goes to the end: what comes from
   * the cache costs nothing. Their values are copied as they are, to the byte.
   */

  static final EmbeddingsReply CUT = new EmbeddingsReply();

  private static final int BEFORE = 1;
  private static final int AFTER = 3;
  private static final int TAIL = 4;
  private static final int BYTES_PER_NODE_MIN = 8; // a number with the comma behind it, mostly 12
  private static final byte[] FIRST_INDEX = {'0'};
  private static final String DATA = "data";
  private static final String INDEX_NAME = "index";
  private static final String USAGE = "usage";

  private EmbeddingsReply() {}

  @Override
  public int tail() {
    return TAIL;
  }

  @Override
  public @Nullable Parts split(Chunks reply, int items) {
    try {
      var root = parse(reply);
      var data = inOrder(root, items);
      if (data == null) {
        return null;
      }
      var frame = halves(root, DATA, Set.of(USAGE), true);
      var end = end(Field.isGiven(root, USAGE) ? Usage.NONE : null);
      var parts = new ArrayList<Chunks>(items);
      for (var item : data) {
        var halves = halves(item, INDEX_NAME, Set.of(), false);
        parts.add(
            chunks(
                frame.getFirst(),
                halves.getFirst(),
                FIRST_INDEX,
                halves.getLast(),
                frame.getLast(),
                end));
      }
      return new Parts(parts, usage(root));
    } catch (JsonRejected e) {
      return null;
    }
  }

  /** Reads a reply, which is mostly numbers: many more than a call of another kind has values. */
  static Json parse(Chunks reply) throws JsonRejected {
    var usual = JsonLimits.DEFAULT;
    int nodesMax = Math.max(usual.nodesMax(), reply.size() / BYTES_PER_NODE_MIN);
    return Json.parse(reply.bytes(), new JsonLimits(Integer.MAX_VALUE, usual.depthMax(), nodesMax));
  }

  /** Returns the items by their index, or null if they are not just so many. */
  static @Nullable List<Json> inOrder(Json root, int items) {
    var data = Field.of(root, DATA);
    if (!data.is(Kind.ARRAY) || data.size() != items) {
      return null;
    }
    var ordered = new Json[items];
    for (var item : data.elements()) {
      long index = Field.of(item, INDEX_NAME).asLong(-1);
      if (index < 0 || index >= items || ordered[(int) index] != null) {
        return null;
      }
      ordered[(int) index] = item;
    }
    return Arrays.asList(ordered);
  }

  /** Returns what a reply cost by its own account; of one that cost nothing, nothing is known. */
  static Usage usage(Json root) {
    var usage = Field.of(root, USAGE);
    long total = Field.of(usage, "total_tokens").asLong(-1);
    long tokens = Field.of(usage, "prompt_tokens").asLong(total); // Voyage has the total alone
    return (tokens > 0) ? new Usage(tokens, 0) : Usage.UNKNOWN;
  }

  @Override
  public List<ByteBuffer> item(Chunks part, int place) {
    var index = Integer.toString(place).getBytes(US_ASCII);
    return List.of(part.chunk(BEFORE), ByteBuffer.wrap(index), part.chunk(AFTER));
  }

  @Override
  public byte[] end(@Nullable Usage cost) {
    if (cost == null) {
      return new byte[] {'}'};
    }
    return afterValue()
        .name(USAGE)
        .beginObject()
        .name("prompt_tokens")
        .number(cost.inputTokens())
        .name("total_tokens")
        .number(cost.inputTokens() + cost.outputTokens())
        .endObject()
        .endObject()
        .toBytes();
  }

  /**
   * Cuts an object in two, between which there is to be the value of one of its members.
   *
   * @param without the names of members to leave out
   * @param isArray whether that value is an array, whose brackets stay
   */
  static List<byte[]> halves(Json object, String at, Set<String> without, boolean isArray) {
    var before = new JsonWriter().beginObject();
    var after = afterValue();
    if (isArray) {
      after.endArray();
    }
    var half = before;
    for (var member : object.members()) {
      if (member.name().isText(at)) {
        before.name(at);
        if (isArray) {
          before.beginArray();
        }
        half = after;
      } else if (!without.contains(member.name().text())) {
        half.name(member.name().text()).value(member.value());
      }
    }
    return List.of(before.toBytes(), isArray ? after.toBytes() : after.endObject().toBytes());
  }

  /** Begins in the middle of an object, so that a comma comes before the next member. */
  static JsonWriter afterValue() {
    return new JsonWriter().raw("");
  }

  static Chunks chunks(byte[]... chunks) {
    var bytes = new ByteArrayOutputStream();
    var ends = new int[chunks.length];
    for (int i = 0; i < chunks.length; i++) {
      bytes.writeBytes(chunks[i]);
      ends[i] = bytes.size();
    }
    return new Chunks(bytes.toByteArray(), ends, new int[chunks.length]);
  }
}
