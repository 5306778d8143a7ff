package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256 over length-prefixed parts: no two different lists of parts give the same input, so none
 * can pass for another by moving bytes across a border. For one thread, and one key.
 */
final class Digest {
  /*
   * The parts are many and small, and each word to a MessageDigest costs more than the copying of
   * a few bytes. So they are put together first, and told at once.
   */

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final MessageDigest SHA256 = newSha256(); // only ever copied
  private static final int PARTS_BYTES_USUAL = 384;

  private final MessageDigest sha256 = sha256();
  private byte[] parts = new byte[PARTS_BYTES_USUAL];
  private int size;

  /** A copy costs less than a search for the provider. */
  static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA256.clone();
    } catch (CloneNotSupportedException e) {
      return newSha256();
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  Digest part(int number) {
    reserve(Integer.BYTES);
    INT.set(parts, size, number);
    size += Integer.BYTES;
    return this;
  }

  Digest part(String text) {
    var bytes = text.getBytes(UTF_8);
    part(bytes.length);
    reserve(bytes.length);
    System.arraycopy(bytes, 0, parts, size, bytes.length);
    size += bytes.length;
    return this;
  }

  /** Ends the parts, and returns where the rest goes, which needs no length. */
  MessageDigest rest() {
    sha256.update(parts, 0, size);
    size = 0;
    return sha256;
  }

  /** Returns the key of all that was added. */
  Key key() {
    return Key.of(rest().digest());
  }

  private void reserve(int bytes) {
    if (parts.length - size < bytes) {
      parts = Arrays.copyOf(parts, Math.max(2 * parts.length, size + bytes));
    }
  }
}
