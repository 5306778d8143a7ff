package dev.refrain.tier;

import dev.refrain.Chunks;
import java.io.IOException;

/** Chunks as bytes. */
final class ChunksFormat {
  /*
   * chunks = count (end millis)* bytes       all numbers of 4 bytes
   */

  private ChunksFormat() {}

  static void write(Chunks chunks, ByteSink out) {
    out.number4(chunks.count());
    int end = 0;
    for (int i = 0; i < chunks.count(); i++) {
      end += chunks.chunk(i).remaining();
      out.number4(end).number4(chunks.millis(i));
    }
    out.bytes(chunks.bytes());
  }

  /** Reads all that is left. */
  static Chunks read(ByteSource in) throws IOException {
    int count = in.count();
    var ends = new int[count];
    var millis = new int[count];
    for (int i = 0; i < count; i++) {
      ends[i] = in.number4();
      millis[i] = in.number4();
    }
    try {
      return new Chunks(in.rest(), ends, millis);
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }
}
