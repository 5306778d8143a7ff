package dev.refrain.tier;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Slot;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Contents under AES-256-GCM. */
final class SecretCover implements Cover {
  /*
   * sealed = 's' nonce ciphertext-and-tag
   * name   = HMAC(HMAC(secret, "refrain names"), key form)
   * cipher = AES-256-GCM, with the key HMAC(HMAC(secret, "refrain contents"), name), a fresh random
   *          nonce, and name place as associated data
   *
   * Each name has a key of its own, so that random nonces do not run out, however many entries are
   * written under one secret. Which secret an entry was written with is not noted: those that are
   * known are few, and are tried in turn.
   */

  private static final byte MARK = 's';
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final SecureRandom NONCES = new SecureRandom();

  private record Keys(SecretKeySpec names, SecretKeySpec contents) {
    static Keys of(String secret) {
      var key = new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256");
      return new Keys(derived(key, "refrain names"), derived(key, "refrain contents"));
    }

    private static SecretKeySpec derived(SecretKeySpec key, String purpose) {
      return new SecretKeySpec(hmac(key, purpose.getBytes(UTF_8)), "HmacSHA256");
    }

    SecretKeySpec of(byte[] name) {
      return new SecretKeySpec(hmac(contents, name), "AES");
    }
  }

  private final List<Keys> newestFirst;

  SecretCover(String secret, List<String> old) {
    newestFirst = Stream.concat(Stream.of(secret), old.stream()).map(Keys::of).toList();
  }

  @Override
  public List<byte[]> names(Slot slot) {
    var whole = Bytes.join(slot.key().bytes(), slot.form().name().getBytes(UTF_8));
    return newestFirst.stream().map(keys -> hmac(keys.names, whole)).toList();
  }

  @Override
  public byte[] seal(byte[] name, byte[] place, byte[] content) {
    var nonce = new byte[NONCE_BYTES];
    NONCES.nextBytes(nonce);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, newestFirst.getFirst().of(name), nonce);
      cipher.updateAAD(name);
      cipher.updateAAD(place);
      return Bytes.join(new byte[] {MARK}, nonce, cipher.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK encrypts with AES-GCM", e);
    }
  }

  @Override
  public byte[] open(byte[] name, byte[] place, byte[] sealed) throws IOException {
    int start = 1 + NONCE_BYTES;
    if (sealed.length < start + TAG_BYTES || sealed[0] != MARK) {
      throw new IOException("not an entry under a secret");
    }
    var nonce = Arrays.copyOfRange(sealed, 1, start);
    for (var keys : newestFirst) {
      try {
        var cipher = cipher(Cipher.DECRYPT_MODE, keys.of(name), nonce);
        cipher.updateAAD(name);
        cipher.updateAAD(place);
        return cipher.doFinal(sealed, start, sealed.length - start);
      } catch (GeneralSecurityException e) {
        // not this secret, or damaged: which of both, nobody can tell
      }
    }
    throw new IOException("a damaged entry, or one under another secret or that belongs elsewhere");
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(Byte.SIZE * TAG_BYTES, nonce));
    return cipher;
  }

  static byte[] hmac(SecretKeySpec key, byte[] content) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
