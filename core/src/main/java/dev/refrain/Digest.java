package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over length-prefixed parts: no two different lists of parts give the same input, so none
 * can pass for another by moving bytes across a border. For one thread, and one key.
 */
final class Digest {
  /*
   * The parts are many and small, and each word to a MessageDigest costs more than the copying of
   * a few bytes. So they are put together first, and told at once.
   *
   * Most keys are made by a few threads, each of which keeps one of these for the next key. Who
   * begins takes it away from there, so that two never write to the same one, and one who fails
   * halfway leaves none behind.
   */

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final MessageDigest SHA256 = newSha256(); // only ever copied
  private static final int ASCII_END = 0x80;
  private static final int PARTS_BYTES_USUAL = 384;
  private static final int PARTS_BYTES_SPARE_MAX = 4096;
  private static final ThreadLocal<@Nullable Digest> spare = new ThreadLocal<>();

  private final MessageDigest sha256 = sha256();
  private byte[] parts = new byte[PARTS_BYTES_USUAL];
  private int size;

  private Digest() {}

  /** Returns one without parts, which is its taker's until the {@link #key}, and not afterwards. */
  static Digest begin() {
    var kept = Thread.currentThread().isVirtual() ? null : spare.get();
    if (kept == null) {
      return new Digest();
    }
    spare.set(null);
    return kept;
  }

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
    int length = text.length();
    reserve(Integer.BYTES + length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= ASCII_END) {
        return encoded(text.getBytes(UTF_8));
      }
      parts[size + Integer.BYTES + i] = (byte) c;
    }
    INT.set(parts, size, length);
    size += Integer.BYTES + length;
    return this;
  }

  private Digest encoded(byte[] text) {
    part(text.length);
    reserve(text.length);
    System.arraycopy(text, 0, parts, size, text.length);
    size += text.length;
    return this;
  }

  /** Ends the parts, and returns where the rest goes, which needs no length. */
  MessageDigest rest() {
    sha256.update(parts, 0, size);
    size = 0;
    return sha256;
  }

  /** Returns the key of all that was added, and ends. */
  Key key() {
    var key = Key.of(rest().digest());
    if (parts.length <= PARTS_BYTES_SPARE_MAX && !Thread.currentThread().isVirtual()) {
      spare.set(this);
    }
    return key;
  }

  private void reserve(int bytes) {
    if (parts.length - size < bytes) {
      parts = Arrays.copyOf(parts, Math.max(2 * parts.length, size + bytes));
    }
  }
}
