package dev.refrain.gateway;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Bytes that come in pieces, and end up in one array, copied only while that grows. */
final class GrowingBytes {
  /*
   * The array doubles, so that a length that is only announced costs nothing, but it does not
   * become larger than announced. So if all comes as announced, it is handed over as it is.
   */

  private static final byte[] NOTHING = {};

  private final LongSupplier announced; // asked only if there is more than one piece
  private byte[] bytes = NOTHING;
  private int length;

  /**
   * Begins with nothing.
   *
   * @param announced how many bytes will come, as far as one may believe it; negative if unknown
   */
  GrowingBytes(LongSupplier announced) {
    this.announced = announced;
  }

  int length() {
    return length;
  }

  void add(Buffer piece) {
    if (length == 0) {
      bytes = piece.getBytes(); // most have but one
    } else {
      makeRoomFor(piece.length());
      piece.getBytes(bytes, length);
    }
    length += piece.length();
  }

  private void makeRoomFor(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      long doubled = Math.max(needed, 2L * bytes.length);
      long whole = announced.getAsLong();
      long capped = (whole >= needed) ? Math.min(doubled, whole) : doubled;
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - Long.BYTES, capped));
    }
  }

  /** Hands over what has come, and keeps nothing. */
  byte[] take() {
    var all = (bytes.length == length) ? bytes : Arrays.copyOf(bytes, length);
    clear();
    return all;
  }

  /** Hands over what has come, as {@link #take} does. */
  Buffer takeBuffer() {
    var all = BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, 0, length));
    clear();
    return all;
  }

  /** Forgets what has come. */
  void clear() {
    bytes = NOTHING;
    length = 0;
  }
}
