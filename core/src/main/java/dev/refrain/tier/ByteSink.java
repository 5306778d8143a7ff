package dev.refrain.tier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** Grows as it is written to. */
final class ByteSink {
  private static final int BYTES_USUAL = 1_024;

  private ByteBuffer buffer = ByteBuffer.allocate(BYTES_USUAL);

  ByteSink number1(byte number) {
    room(Byte.BYTES).put(number);
    return this;
  }

  ByteSink number4(int number) {
    room(Integer.BYTES).putInt(number);
    return this;
  }

  ByteSink number8(long number) {
    room(Long.BYTES).putLong(number);
    return this;
  }

  ByteSink bytes(byte[] bytes) {
    room(bytes.length).put(bytes);
    return this;
  }

  ByteSink text(String text) {
    var bytes = text.getBytes(UTF_8);
    return number4(bytes.length).bytes(bytes);
  }

  byte[] toBytes() {
    var bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int size = Math.max(2 * buffer.capacity(), Math.addExact(buffer.position(), bytes));
      buffer = ByteBuffer.allocate(size).put(buffer.flip());
    }
    return buffer;
  }
}
