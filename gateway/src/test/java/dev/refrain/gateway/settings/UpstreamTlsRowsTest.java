package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpstreamTlsRowsTest {
  @TempDir Path directory;
  private Trial trial;

  @BeforeEach
  void prepare() {
    trial =
        new Trial(directory)
            .file("etc/ca.pem", Pem.CERTIFICATE)
            .file("etc/c.pem", Pem.CERTIFICATE)
            .file("etc/k.pem", Pem.KEY);
  }

  @Test
  void thePrivateAuthorityOfAnUpstreamIsItsOwn() throws Exception {
    trial.file("etc/a.yaml", "upstreams: {x: {url: https://x, tls-authorities: ca.pem}}");
    var upstreams = trial.config("etc/a.yaml").settings().upstreams();
    assertThat(upstreams.getLast().tls())
        .isEqualTo(new UpstreamTls(directory.resolve("etc/ca.pem"), null));
    assertThat(upstreams.getFirst().tls().isUsual()).isTrue();
  }

  @Test
  void theGatewayCanShowWhoItIs() throws Exception {
    trial.set("upstreams.openai.tls-certificate=etc/c.pem");
    trial.set("upstreams.openai.tls-key=etc/k.pem");
    assertThat(trial.settings().upstreams().getFirst().tls())
        .isEqualTo(
            new UpstreamTls(
                null, new Tls(directory.resolve("etc/c.pem"), directory.resolve("etc/k.pem"))));
  }

  @Test
  void whatIsNoPemIsRefused() {
    trial.set("upstreams.openai.tls-authorities=etc/k.pem");
    trial.set("upstreams.openai.tls-certificate=etc/none.pem");
    assertThat(trial.complaints())
        .containsExactly(
            "--set upstreams.openai.tls-authorities: there is no certificate in PEM in that file",
            "--set upstreams.openai.tls-certificate: cannot read the file '%s'"
                .formatted(directory.resolve("etc/none.pem")),
            "--set upstreams.openai.tls-certificate: needs 'upstreams.NAME.tls-key' beside it");
  }

  @Test
  void withoutHttpsThereIsNothingToTrust() {
    trial.set("upstreams.ollama.tls-authorities=etc/ca.pem");
    assertThat(trial.complaints())
        .containsExactly(
            "--set upstreams.ollama.tls-authorities: needs a 'url' that begins with https");
  }
}
