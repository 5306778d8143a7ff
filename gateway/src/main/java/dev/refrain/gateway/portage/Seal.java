package dev.refrain.gateway.portage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** By what a line is known to be whole, and to have been written by this very deployment. */
final class Seal {
  /*
   *   sum        = SHA-256 of the line without "sum" and "seal", as canonical JSON (RFC 8785)
   *   seal       = HMAC-SHA256 of the sum in hexadecimal, with HMAC(scope key, "refrain seal")
   *   deployment = the first 16 bytes of HMAC-SHA256(scope key, "refrain deployment")
   *
   * The scope key makes scopes of credentials. Where it is the same, so are the callers who share
   * an answer: that is what "this very deployment" means.
   */

  static final String SUM = "sum";
  static final String SEAL = "seal";
  private static final Set<String> OWN = Set.of(SUM, SEAL);
  private static final int NAME_DIGITS = 32;

  private final String deployment;
  private final SecretKeySpec key;

  private Seal(String deployment, SecretKeySpec key) {
    this.deployment = deployment;
    this.key = key;
  }

  static Seal of(byte[] scopeKey) {
    var scopes = new SecretKeySpec(scopeKey, "HmacSHA256");
    return new Seal(
        hex(hmac(scopes, "refrain deployment")).substring(0, NAME_DIGITS),
        new SecretKeySpec(hmac(scopes, "refrain seal"), "HmacSHA256"));
  }

  /** Returns by what a deployment is known, which tells nothing of its secrets. */
  String deployment() {
    return deployment;
  }

  static String sum(Json line) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      CanonicalJson.write(line, OWN, digest::update);
      return hex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  String seal(String sum) {
    return hex(hmac(key, sum));
  }

  /** Returns whether two texts are the same, in a time that tells nothing of them. */
  static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
