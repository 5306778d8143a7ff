package dev.refrain.gateway.settings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sees whether a certificate and a key are such, and belong together. */
final class TlsFiles {
  /*
   * A server starts with any two files that look like PEM, and then fails each client. Keys in the
   * old formats, "BEGIN RSA PRIVATE KEY" and "BEGIN EC PRIVATE KEY", serve as well, but Java cannot
   * read them, so whether they fit is not seen here.
   */

  private static final int BYTES_MAX = 1 << 20;
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_END = "-----END PRIVATE KEY-----";
  private static final byte[] SAMPLE = "Does this key fit?".getBytes(StandardCharsets.US_ASCII);

  /** For each algorithm of keys, one that signs with them. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private TlsFiles() {}

  /** Returns what is wrong with the file of the certificate, or nothing. */
  static String faultOfCertificate(Path file) {
    return (publicKey(file) == null) ? "there is no certificate in PEM in that file" : "";
  }

  /** Returns what is wrong with the file of the key, or nothing. */
  static String faultOfKey(Path file, Path certificate) {
    String text = text(file);
    if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
      return "the key in that file has a passphrase; expected one without";
    }
    if (!text.contains("PRIVATE KEY-----")) {
      return "there is no private key in PEM in that file";
    }
    var publicKey = publicKey(certificate);
    return (publicKey == null || !text.contains(KEY_BEGIN) || fits(text, publicKey))
        ? ""
        : "the key in that file does not belong to the certificate";
  }

  private static @Nullable PublicKey publicKey(Path certificate) {
    try {
      var bytes = new ByteArrayInputStream(text(certificate).getBytes(StandardCharsets.ISO_8859_1));
      return CertificateFactory.getInstance("X.509").generateCertificate(bytes).getPublicKey();
    } catch (CertificateException e) {
      return null;
    }
  }

  private static boolean fits(String keyText, PublicKey publicKey) {
    String algorithm = publicKey.getAlgorithm();
    String signature = SIGNATURES.get(algorithm);
    if (signature == null) {
      return true; // as far as we know
    }
    try {
      int from = keyText.indexOf(KEY_BEGIN) + KEY_BEGIN.length();
      int to = Math.max(from, keyText.indexOf(KEY_END, from));
      byte[] key = Base64.getMimeDecoder().decode(keyText.substring(from, to));
      PrivateKey privateKey =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
      var signing = Signature.getInstance(signature);
      signing.initSign(privateKey);
      signing.update(SAMPLE);
      byte[] signed = signing.sign();
      signing.initVerify(publicKey);
      signing.update(SAMPLE);
      return signing.verify(signed);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns what stands in the file; nothing if it cannot be read, which others complain of. */
  private static String text(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
