package dev.refrain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The digest of all that decides an answer, the scope included: 256 bits, compared as numbers. */
public record Key(long first, long second, long third, long fourth) {
  private static final int BYTES = 32;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Returns the key with these 32 bytes. */
  public static Key of(byte[] digest) {
    if (digest.length != BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + digest.length);
    }
    return new Key(
        (long) LONGS.get(digest, 0),
        (long) LONGS.get(digest, 8),
        (long) LONGS.get(digest, 16),
        (long) LONGS.get(digest, 24));
  }

  /** Returns the key written as by {@link #toString}. */
  public static Key parse(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  /** Returns the 32 bytes of this key. */
  public byte[] bytes() {
    var bytes = new byte[BYTES];
    LONGS.set(bytes, 0, first);
    LONGS.set(bytes, 8, second);
    LONGS.set(bytes, 16, third);
    LONGS.set(bytes, 24, fourth);
    return bytes;
  }

  /** A digest is evenly spread, so any part of it is a good hash. */
  @Override
  public int hashCode() {
    return Long.hashCode(first);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
