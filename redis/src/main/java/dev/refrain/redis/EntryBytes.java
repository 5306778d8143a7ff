package dev.refrain.redis;

import dev.refrain.tier.Parcel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An entry as one value: {@code length name length head body}, each length of 4 bytes.
 *
 * @param name under which it was covered
 * @param head what tells of it
 * @param bodyAt where the rest begins
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EntryBytes(byte[] name, byte[] head, int bodyAt) {
  static byte[] of(Parcel parcel) {
    int lengths = 2 * Integer.BYTES;
    return ByteBuffer.allocate(
            lengths + parcel.name().length + parcel.head().length + parcel.body().length)
        .putInt(parcel.name().length)
        .put(parcel.name())
        .putInt(parcel.head().length)
        .put(parcel.head())
        .put(parcel.body())
        .array();
  }

  /** Reads all but the body, of which nothing need be here. */
  static EntryBytes read(byte[] value) throws IOException {
    var name = part(value, 0);
    var head = part(value, Integer.BYTES + name.length);
    return new EntryBytes(name, head, 2 * Integer.BYTES + name.length + head.length);
  }

  private static byte[] part(byte[] value, int at) throws IOException {
    if (at > value.length - Integer.BYTES) {
      throw new IOException("not an entry");
    }
    int length = ByteBuffer.wrap(value).getInt(at);
    int from = at + Integer.BYTES;
    if (length < 0 || length > value.length - from) {
      throw new IOException("not an entry, or not all of it");
    }
    return Arrays.copyOfRange(value, from, from + length);
  }

  /** Returns the parcel in a whole value. */
  static Parcel parcel(byte[] value) throws IOException {
    var entry = read(value);
    var body = Arrays.copyOfRange(value, entry.bodyAt, value.length);
    return new Parcel(entry.name, entry.head, body);
  }
}
