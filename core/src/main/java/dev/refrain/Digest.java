package dev.refrain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over length-prefixed parts: no two different lists of parts give the same input, so none
 * can pass for another by moving bytes across a border.
 */
final class Digest {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest sha256 = sha256();
  private final byte[] length = new byte[Integer.BYTES];

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  Digest part(int number) {
    INT.set(length, 0, number);
    sha256.update(length);
    return this;
  }

  Digest part(byte[] bytes) {
    part(bytes.length);
    sha256.update(bytes);
    return this;
  }

  Digest part(String text) {
    return part(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Where the last part goes, which needs no length. */
  MessageDigest body() {
    return sha256;
  }

  /** Returns the key and begins anew. */
  Key key() {
    return Key.of(sha256.digest());
  }
}
