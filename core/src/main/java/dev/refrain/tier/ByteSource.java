package dev.refrain.tier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads what a {@link ByteSink} took; what it cannot have taken is an {@link IOException}. */
final class ByteSource {
  private final ByteBuffer buffer;

  ByteSource(byte[] bytes) {
    buffer = ByteBuffer.wrap(bytes);
  }

  int number1() throws IOException {
    return has(Byte.BYTES).get();
  }

  int number4() throws IOException {
    return has(Integer.BYTES).getInt();
  }

  long number8() throws IOException {
    return has(Long.BYTES).getLong();
  }

  /** Returns how many parts follow, of which each takes a byte at least. */
  int count() throws IOException {
    int count = number4();
    has(count);
    return count;
  }

  byte[] bytes(int count) throws IOException {
    has(count);
    var bytes = new byte[count];
    buffer.get(bytes);
    return bytes;
  }

  String text() throws IOException {
    int length = count();
    var text = new String(buffer.array(), buffer.position(), length, UTF_8);
    buffer.position(buffer.position() + length);
    return text;
  }

  List<String> texts(int count) throws IOException {
    var texts = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return texts;
  }

  byte[] rest() throws IOException {
    return bytes(buffer.remaining());
  }

  void end() throws IOException {
    if (buffer.hasRemaining()) {
      throw new IOException("an entry with bytes too many");
    }
  }

  private ByteBuffer has(int bytes) throws IOException {
    if (bytes < 0 || buffer.remaining() < bytes) {
      throw new IOException("an entry with bytes too few");
    }
    return buffer;
  }
}
