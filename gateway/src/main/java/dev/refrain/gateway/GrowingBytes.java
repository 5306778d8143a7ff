package dev.refrain.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that come in pieces, and end up in one array. They are to be taken or cleared in the end.
 * For one thread at a time.
 */
final class GrowingBytes {
  /*
   * Few bytes lie in an array that doubles, so that a length that is only announced costs nothing,
   * and that does not become larger than announced. So if all comes as announced, it is handed over
   * as it is.
   *
   * Many lie in slabs outside of the heap until all have come. In the heap they would be young and
   * large for as long as that takes, which can be a minute, and be copied by the collector while
   * everybody waits; and an array that grows leaves another behind each time.
   */

  static final int FEW = 64 << 10;
  private static final int SLAB_BYTES = 64 << 10;
  private static final byte[] NOTHING = {};

  private final LongSupplier announced; // asked only if there is more than one piece
  private final Deque<ByteBuf> slabs = new ArrayDeque<>(); // all full but the last
  private byte[] few = NOTHING; // unless there are slabs
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

  /** Returns how much more memory this takes if so many bytes are added. */
  int growth(int more) {
    int now = slabs.isEmpty() ? few.length : slabs.size() * SLAB_BYTES;
    return capacity(more) - now;
  }

  /** Returns how much memory this takes if so many bytes are added. */
  private int capacity(int more) {
    int needed = Math.addExact(length, more);
    if (needed > FEW) {
      return Math.ceilDiv(needed, SLAB_BYTES) * SLAB_BYTES;
    }
    if (length == 0 || needed <= few.length) {
      return Math.max(needed, few.length);
    }
    long whole = announced.getAsLong();
    int doubled = Math.max(needed, 2 * few.length);
    return (whole >= needed) ? (int) Math.min(doubled, whole) : doubled;
  }

  void add(Buffer piece) {
    if (length + piece.length() > FEW) {
      addToSlabs(((BufferInternal) piece).getByteBuf().duplicate());
    } else if (length == 0) {
      few = piece.getBytes(); // most have but one
    } else {
      int capacity = capacity(piece.length());
      few = (capacity > few.length) ? Arrays.copyOf(few, capacity) : few;
      piece.getBytes(few, length);
    }
    length += piece.length();
  }

  private void addToSlabs(ByteBuf piece) {
    if (slabs.isEmpty()) {
      fill(Unpooled.wrappedBuffer(few, 0, length));
      few = NOTHING;
    }
    fill(piece);
  }

  private void fill(ByteBuf bytes) {
    while (bytes.isReadable()) {
      if (slabs.isEmpty() || !slabs.getLast().isWritable()) {
        slabs.add(ByteBufAllocator.DEFAULT.directBuffer(SLAB_BYTES, SLAB_BYTES));
      }
      var slab = slabs.getLast();
      slab.writeBytes(bytes, Math.min(bytes.readableBytes(), slab.writableBytes()));
    }
  }

  /** Hands over what has come, and keeps nothing. If that is more than a few, it takes a while. */
  byte[] take() {
    var all = (few.length == length) ? few : Arrays.copyOf(few, length);
    int from = 0;
    for (var slab : slabs) {
      int part = slab.readableBytes();
      slab.readBytes(all, from, part);
      from += part;
    }
    clear();
    return all;
  }

  /** Hands over some of what has come first, and keeps the others; null if there are none. */
  byte @Nullable [] takePart() {
    var slab = slabs.poll();
    if (slab == null) {
      return (length == 0) ? null : take();
    }
    var part = new byte[slab.readableBytes()];
    slab.readBytes(part);
    slab.release();
    length -= part.length;
    return part;
  }

  /** Returns a copy of a part of what has come first, and keeps all. */
  byte[] beginning() {
    var slab = slabs.peek();
    if (slab == null) {
      return Arrays.copyOf(few, length);
    }
    var beginning = new byte[slab.readableBytes()];
    slab.getBytes(slab.readerIndex(), beginning);
    return beginning;
  }

  /** Forgets what has come. */
  void clear() {
    slabs.forEach(ByteBuf::release);
    slabs.clear();
    few = NOTHING;
    length = 0;
  }
}
