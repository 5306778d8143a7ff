package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * One event of a stream.
 *
 * @param type what the event is called, {@code message} if the stream does not say
 * @param data its lines, joined by line feeds; may be a view of the bytes that were read
 * @param id the last event id that the stream gave, up to and with this event; empty if none
 */
public record SseEvent(String type, ByteBuffer data, String id) {

  /** Returns a view whose position is the caller's own. */
  @Override
  public ByteBuffer data() {
    return data.duplicate();
  }

  /** Returns a copy of the data. */
  public byte[] bytes() {
    var bytes = new byte[data.remaining()];
    data.get(data.position(), bytes);
    return bytes;
  }

  /** Returns the data as text. */
  public String text() {
    return UTF_8.decode(data()).toString();
  }
}
