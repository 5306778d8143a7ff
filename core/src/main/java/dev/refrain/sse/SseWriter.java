package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Writes events as streams have them. */
public final class SseWriter {
  private static final byte[] TYPE = "event: ".getBytes(UTF_8);
  private static final byte[] DATA = "data: ".getBytes(UTF_8);

  private SseWriter() {}

  /** Returns an event that has no type. */
  public static byte[] event(byte[] data) {
    return event("", data);
  }

  /** Returns an event of a type, or of none if that is empty. Lines of data are kept apart. */
  public static byte[] event(String type, byte[] data) {
    if (type.indexOf('\n') >= 0 || type.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a type of more than one line");
    }
    var event = new ByteArrayOutputStream(type.length() + data.length + 32);
    if (!type.isEmpty()) {
      event.writeBytes(TYPE);
      event.writeBytes(type.getBytes(UTF_8));
      event.write('\n');
    }
    int start = 0;
    while (start <= data.length) {
      int end = new Slice(data, start, data.length).lineEnd();
      event.writeBytes(DATA);
      event.write(data, start, end - start);
      event.write('\n');
      boolean crlf = end + 1 < data.length && data[end] == '\r' && data[end + 1] == '\n';
      start = end + (crlf ? 2 : 1);
    }
    event.write('\n');
    return event.toByteArray();
  }
}
