package dev.refrain;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The chunks of a whole reply, one behind the other in one array, with the time of each. */
public final class Chunks {
  private final byte[] bytes;
  private final int[] ends;
  private final int[] millis;

  /**
   * Takes over the given arrays, which nobody may write to afterwards.
   *
   * @param ends where each chunk ends in {@code bytes}
   * @param millis when each chunk came, counted from the call's departure
   */
  public Chunks(byte[] bytes, int[] ends, int[] millis) {
    if (ends.length != millis.length || last(ends) != bytes.length) {
      throw new IllegalArgumentException("chunks that do not fit their bytes");
    }
    this.bytes = bytes;
    this.ends = ends;
    this.millis = millis;
  }

  /** Returns where the last chunk ends, or -1 if one begins where none can. */
  private static int last(int[] ends) {
    int last = 0;
    for (int end : ends) {
      if (end < last) {
        return -1;
      }
      last = end;
    }
    return last;
  }

  /** Returns these chunks, of so many bytes together, in one. Each is looked at once. */
  static Chunks join(List<ByteBuffer> chunks, int size, int[] millis) {
    var ends = new int[chunks.size()];
    var all = ByteBuffer.allocate(size);
    for (int i = 0; i < ends.length; i++) {
      all.put(chunks.get(i).duplicate());
      ends[i] = all.position();
    }
    return new Chunks(all.array(), ends, Arrays.copyOf(millis, ends.length));
  }

  /** Returns how many chunks there are. */
  public int count() {
    return ends.length;
  }

  /** Returns how many bytes there are in all. */
  public int size() {
    return bytes.length;
  }

  /** Returns a chunk, read-only. */
  public ByteBuffer chunk(int index) {
    int start = (index == 0) ? 0 : ends[index - 1];
    return ByteBuffer.wrap(bytes, start, ends[index] - start).slice().asReadOnlyBuffer();
  }

  /** Returns when a chunk came, counted from the call's departure. */
  public int millis(int index) {
    return millis[index];
  }

  /** Returns all chunks as one, read-only. */
  public ByteBuffer all() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** Returns the bytes themselves: for tiers and dialects, and for reading only. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return (other instanceof Chunks that)
        && Arrays.equals(bytes, that.bytes)
        && Arrays.equals(ends, that.ends)
        && Arrays.equals(millis, that.millis);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return ends.length + " chunks, " + bytes.length + " bytes";
  }
}
