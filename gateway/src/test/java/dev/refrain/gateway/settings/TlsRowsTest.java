package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsRowsTest {
  private static final String NO_CERTIFICATE =
      "--set tls.certificate: there is no certificate in PEM in that file";
  private static final String NO_KEY = "--set tls.key: there is no private key in PEM in that file";
  private static final String NO_PAIR =
      "--set tls.key: the key in that file does not belong to the certificate";

  @TempDir Path directory;

  @Test
  void aPairIsTaken() throws Exception {
    assertThat(complaints(Pem.CERTIFICATE, Pem.KEY)).isEmpty();
    assertThat(complaints("A comment\n" + Pem.CERTIFICATE + Pem.CERTIFICATE, Pem.KEY)).isEmpty();
    assertThat(complaints(Pem.CERTIFICATE + Pem.KEY, Pem.CERTIFICATE + Pem.KEY)).isEmpty();
  }

  @Test
  void whatIsNoPairIsRefused() {
    assertThat(complaints(Pem.CERTIFICATE, Pem.OTHER_KEY)).containsExactly(NO_PAIR);
    assertThat(complaints(Pem.CERTIFICATE, Pem.OTHER_SORT_OF_KEY)).containsExactly(NO_PAIR);
    assertThat(complaints(Pem.CERTIFICATE, Pem.KEY.replace("MIGH", "MIGG")))
        .containsExactly(NO_PAIR);
    assertThat(complaints(Pem.CERTIFICATE, Pem.KEY.replace("END", "AND"))).containsExactly(NO_PAIR);
  }

  @Test
  void whatIsNoPemIsRefused() {
    assertThat(complaints("", "")).containsExactly(NO_CERTIFICATE, NO_KEY);
    assertThat(complaints("garbage", "garbage")).containsExactly(NO_CERTIFICATE, NO_KEY);
    assertThat(complaints(Pem.KEY, Pem.CERTIFICATE)).containsExactly(NO_CERTIFICATE, NO_KEY);
    assertThat(complaints(Pem.CERTIFICATE.replace("MII", "MIA"), Pem.KEY))
        .containsExactly(NO_CERTIFICATE);
  }

  @Test
  void aPassphraseCannotBeAskedFor() {
    assertThat(complaints(Pem.CERTIFICATE, Pem.KEY.replace("PRIVATE", "ENCRYPTED PRIVATE")))
        .containsExactly(
            "--set tls.key: the key in that file has a passphrase; expected one without");
  }

  @Test
  void keysInOldFormatsAreLeftToTheServer() {
    assertThat(complaints(Pem.CERTIFICATE, Pem.OTHER_KEY.replace("PRIVATE", "EC PRIVATE")))
        .isEmpty();
  }

  @Test
  void bothMustBeThere() {
    var trial = new Trial(directory).file("c", Pem.CERTIFICATE);

    assertThat(trial.set("tls.certificate=c").complaints())
        .containsExactly("--set tls.certificate: needs 'tls.key' beside it");
    assertThat(trial.set("tls.key=k").complaints())
        .containsExactly("--set tls.key: cannot read the file '" + directory.resolve("k") + "'");
  }

  private List<String> complaints(String certificate, String key) {
    return new Trial(directory)
        .file("c", certificate)
        .file("k", key)
        .set("tls.certificate=c")
        .set("tls.key=k")
        .complaints();
  }
}
