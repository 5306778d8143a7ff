package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Chunks;
import dev.refrain.sse.SseWriter;

/** Makes a stream of which each chunk is an event. */
final class EventChunks {
  private final ChunkList chunks = new ChunkList();

  void add(byte[] data, int whenMillis) {
    add("", data, whenMillis);
  }

  /** Adds an event of a type, or of none if that is empty. */
  void add(String type, byte[] data, int whenMillis) {
    chunks.add(SseWriter.event(type, data), whenMillis);
  }

  /** Adds {@code [DONE]} and returns all. */
  Chunks done(int whenMillis) {
    add(EventStream.DONE.getBytes(UTF_8), whenMillis);
    return all();
  }

  Chunks all() {
    return chunks.toChunks();
  }
}
