package dev.refrain.tier;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Slot;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** Contents with a checksum, which covers their name and place, too. */
final class OpenCover implements Cover {
  /*
   * sealed = 'o' content checksum
   * checksum = the first 16 bytes of SHA-256(name place content)
   *
   * Names and places are not of one length, but no content can be moved to where another name and
   * place come to the same bytes: a name begins with a key, and a place ends with a digest or
   * has one byte.
   */

  private static final byte MARK = 'o';
  private static final int CHECKSUM_BYTES = 16;

  @Override
  public List<byte[]> names(Slot slot) {
    return List.of(Bytes.join(slot.key().bytes(), slot.form().name().getBytes(UTF_8)));
  }

  @Override
  public byte[] seal(byte[] name, byte[] place, byte[] content) {
    return Bytes.join(
        new byte[] {MARK}, content, checksum(name, place, content, 0, content.length));
  }

  @Override
  public byte[] open(byte[] name, byte[] place, byte[] sealed) throws IOException {
    int length = sealed.length - 1 - CHECKSUM_BYTES;
    if (length < 0 || sealed[0] != MARK) {
      throw new IOException("not an entry without cover");
    }
    var checksum = checksum(name, place, sealed, 1, length);
    if (!Arrays.equals(checksum, 0, CHECKSUM_BYTES, sealed, 1 + length, sealed.length)) {
      throw new IOException("a damaged entry, or one that belongs elsewhere");
    }
    return Arrays.copyOfRange(sealed, 1, 1 + length);
  }

  private static byte[] checksum(byte[] name, byte[] place, byte[] content, int from, int length) {
    var digest = sha256();
    digest.update(name);
    digest.update(place);
    digest.update(content, from, length);
    return Arrays.copyOf(digest.digest(), CHECKSUM_BYTES);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
