package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.gateway.settings.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Proof that somebody is localhost, made by the JDK's keytool for this run, and who trusts in it.
 */
public final class Proof {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String NAME = "refrain";
  private static final String FILE = "proof.p12";

  private final Path folder;
  private final KeyStore store;

  private Proof(Path folder, KeyStore store) {
    this.folder = folder;
    this.store = store;
  }

  /** Returns the usual one, with its files in a folder: to make one takes long. */
  public static Proof usual(Path folder) {
    return new Proof(folder, Usual.STORE);
  }

  private static final class Usual {
    static final KeyStore STORE = make();

    private static KeyStore make() {
      try {
        var folder = Files.createTempDirectory("proof");
        try {
          return Proof.make(folder).store;
        } finally {
          Files.deleteIfExists(folder.resolve(FILE));
          Files.delete(folder);
        }
      } catch (IOException | InterruptedException | GeneralSecurityException e) {
        throw new IllegalStateException("nobody can prove anything", e);
      }
    }
  }

  /** Makes another, with its files in a folder. */
  public static Proof make(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    return make(folder, "dns:localhost,ip:127.0.0.1");
  }

  /** Makes one for somebody else, in the words of keytool. */
  public static Proof make(Path folder, String names)
      throws IOException, InterruptedException, GeneralSecurityException {
    var file = folder.resolve(FILE);
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    var options =
        "-J-XX:TieredStopAtLevel=1 -genkeypair -keyalg EC -groupname secp256r1"
            + " -storetype PKCS12 -validity 2 -noprompt -dname CN=localhost -ext san="
            + names;
    var command = new ArrayList<>(List.of(keytool.toString()));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-alias", NAME, "-keystore", file.toString()));
    command.addAll(List.of("-storepass", new String(PASSWORD)));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return new Proof(folder, store);
  }

  /** Returns the proof as files. */
  public Tls tls() throws IOException, GeneralSecurityException {
    var certificate = pem("CERTIFICATE", store.getCertificate(NAME).getEncoded());
    var key = pem("PRIVATE KEY", store.getKey(NAME, PASSWORD).getEncoded());
    return new Tls(
        Files.writeString(folder.resolve("certificate.pem"), certificate),
        Files.writeString(folder.resolve("key.pem"), key));
  }

  /** Returns what trusts in the proof. */
  public SSLContext trust() throws IOException, GeneralSecurityException {
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(NAME, store.getCertificate(NAME));
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  /** Returns what shows the proof to whoever connects. */
  public SSLContext show() throws GeneralSecurityException {
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static String pem(String what, byte[] bytes) {
    var text =
        new String(Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encode(bytes), US_ASCII);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text);
  }
}
