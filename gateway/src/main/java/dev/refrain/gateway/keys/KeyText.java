package dev.refrain.gateway.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** The text of gateway keys: {@code rf-} and 256 random bits. */
public final class KeyText {
  /*
   * Kept is the SHA-256 alone. Nothing slower is needed where nobody can guess the text, and no
   * comparison in constant time where the hash of what was shown is looked up.
   */

  /** With what each begins. */
  public static final String PREFIX = "rf-";

  private static final int RANDOM_BYTES = 32;
  private static final int LENGTH = PREFIX.length() + 43; // Base64 of 32 bytes, without padding

  private KeyText() {}

  /** Returns a new one. */
  public static String random() {
    var bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns whether a text can be one. */
  public static boolean looksLikeOne(String text) {
    return text.length() == LENGTH && text.startsWith(PREFIX);
  }

  /** Returns that by which a key is known. */
  public static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(ISO_8859_1));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
