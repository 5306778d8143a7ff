package dev.refrain.dialect;

import dev.refrain.Assembly.Parts;
import dev.refrain.Chunks;
import dev.refrain.Usage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How replies of one vendor are cut into replies to each item. */
interface EmbeddingsCut {

  /*
   * part = HEAD ITEM TAIL END
   *
   * Each is a chunk, but for the item, which may be several. The end has the account, or is no more
   * than the brace.
   */

  /** What stands before the items. */
  int HEAD = 0;

  /** Returns where in a part is what stands behind the items; after it comes but the end. */
  int tail();

  /** Returns null if a reply has not one answer to each of so many items. */
  @Nullable Parts split(Chunks reply, int items);

  /** Returns the item of a part, as it is at a place in an answer. */
  List<ByteBuffer> item(Chunks part, int place);

  /** Returns the end of a reply that cost so much, or that has no account of it. */
  byte[] end(@Nullable Usage cost);
}
