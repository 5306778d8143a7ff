package dev.refrain.sse;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The data of an event being read: one line as it stands, or several joined by line feeds. */
final class EventData {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final ByteArrayOutputStream joined = new ByteArrayOutputStream(0);
  private ByteBuffer first = NONE;
  private int lines;

  boolean hasLines() {
    return lines > 0;
  }

  int size() {
    return first.remaining() + joined.size();
  }

  void add(Slice line) {
    lines++;
    if (lines == 1) {
      first = line.view();
    } else {
      joined.write('\n');
      joined.write(line.bytes, line.from, line.length());
    }
  }

  /** Returns the data, and is empty again. */
  ByteBuffer take() {
    var data = first;
    if (lines > 1) {
      data = ByteBuffer.allocate(size()).put(first).put(joined.toByteArray()).flip();
    }
    first = NONE;
    joined.reset();
    lines = 0;
    return data;
  }
}
