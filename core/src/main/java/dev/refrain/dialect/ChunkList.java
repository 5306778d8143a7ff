package dev.refrain.dialect;

import dev.refrain.Chunks;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Puts chunks one behind the other. */
final class ChunkList {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Integer> ends = new ArrayList<>();
  private final List<Integer> millis = new ArrayList<>();

  void add(byte[] chunk, int whenMillis) {
    bytes.writeBytes(chunk);
    ends.add(bytes.size());
    millis.add(whenMillis);
  }

  Chunks toChunks() {
    return new Chunks(bytes.toByteArray(), ints(ends), ints(millis));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
