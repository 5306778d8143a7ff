package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Chunks;
import dev.refrain.sse.SseWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Makes a stream of which each chunk is an event. */
final class EventChunks {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Integer> ends = new ArrayList<>();
  private final List<Integer> millis = new ArrayList<>();

  void add(byte[] data, int whenMillis) {
    add("", data, whenMillis);
  }

  /** Adds an event of a type, or of none if that is empty. */
  void add(String type, byte[] data, int whenMillis) {
    bytes.writeBytes(SseWriter.event(type, data));
    ends.add(bytes.size());
    millis.add(whenMillis);
  }

  /** Adds {@code [DONE]} and returns all. */
  Chunks done(int whenMillis) {
    add(EventStream.DONE.getBytes(UTF_8), whenMillis);
    return all();
  }

  Chunks all() {
    return new Chunks(bytes.toByteArray(), ints(ends), ints(millis));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
