package dev.refrain.gateway;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Bytes that come in pieces, and end up in one array, copied only while that grows. */
final class GrowingBytes {
  /*
   * The array doubles, so that a length that is only announced costs next to nothing. When a
   * sixteenth of that has come, it is believed, and the next array has room for all of it: no more
   * than an eighth is copied then, and what is handed over in the end is that array as it is.
   */

  private static final byte[] NOTHING = {};
  private static final int BELIEVED_FROM = 16; // the part that must have come

  private final LongSupplier announced; // asked only if there is more than one piece
  private final int lengthMax;
  private byte[] bytes = NOTHING;
  private int length;

  /**
   * Begins with nothing.
   *
   * @param announced how many bytes will come, as far as one may believe it; negative if unknown
   * @param lengthMax of how many there is a use; room for more is made only as they come
   */
  GrowingBytes(LongSupplier announced, int lengthMax) {
    this.announced = announced;
    this.lengthMax = lengthMax;
  }

  int length() {
    return length;
  }

  /** Returns how much more memory this takes if so many bytes are added. */
  int growth(int more) {
    return capacity(more) - bytes.length;
  }

  void add(Buffer piece) {
    if (length == 0) {
      bytes = piece.getBytes(); // most have but one
    } else {
      int capacity = capacity(piece.length());
      if (capacity > bytes.length) {
        bytes = Arrays.copyOf(bytes, capacity);
      }
      piece.getBytes(bytes, length);
    }
    length += piece.length();
  }

  /** Returns how large the array is to be if so many bytes are added. */
  private int capacity(int more) {
    int needed = Math.addExact(length, more);
    if (length == 0 || needed <= bytes.length) {
      return Math.max(needed, bytes.length);
    }
    long whole = announced.getAsLong();
    if (whole >= needed && whole <= Math.min(lengthMax, BELIEVED_FROM * (long) needed)) {
      return (int) whole;
    }
    return (int) Math.max(needed, Math.min(2L * bytes.length, lengthMax));
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
