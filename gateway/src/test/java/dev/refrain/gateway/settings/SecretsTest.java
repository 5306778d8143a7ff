package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is secret is never shown, not even where it was put by mistake. */
final class SecretsTest {
  private static final String SECRET = "sk-0123456789abcdef";

  @TempDir Path directory;

  @Test
  void theCredentialIsInNoText() throws Exception {
    var trial =
        new Trial(directory).variable("SOME_KEY", SECRET).set("ask.credential-env=SOME_KEY");

    assertThat(trial.settings().ask().credential()).isEqualTo(SECRET);
    assertThat(trial.settings().toString()).contains("credential=hidden").doesNotContain(SECRET);
    assertThat(trial.load().toString()).doesNotContain(SECRET);
    assertThat(new Trial(directory).settings().toString()).contains("credential=none");
  }

  @Test
  void whatUpstreamsAreShownIsInNoText() throws Exception {
    var trial =
        new Trial(directory)
            .variable("SOME_KEY", SECRET)
            .file("lab.key", SECRET + "\n")
            .set("keys=keys.json")
            .set("upstreams.openai.credential-env=SOME_KEY")
            .set("credentials.lab.file=lab.key");

    var settings = trial.settings();
    assertThat(settings.upstreams().getFirst().credential().value()).isEqualTo(SECRET);
    assertThat(settings.access().credentials().get("lab").value()).isEqualTo(SECRET);
    assertThat(trial.load().toString()).contains("hidden").doesNotContain(SECRET);
  }

  @Test
  void whatAnswersLieUnderIsInNoText() throws Exception {
    var trial =
        new Trial(directory)
            .variable("REFRAIN_SECRET", SECRET)
            .file("old", SECRET + "-old\n")
            .set("secret-old-file=old");

    assertThat(trial.settings().data().secrets())
        .containsExactly(new Secret(SECRET), new Secret(SECRET + "-old"));
    assertThat(trial.load().toString()).contains("hidden").doesNotContain(SECRET);
  }

  static final List<UnaryOperator<Trial>> MISPLACED =
      List.of(
          trial -> trial.set("ask.credential-env=" + SECRET),
          trial -> trial.set("ask.credential-env=" + SECRET.replace('-', '_')),
          trial -> trial.set("ask.credential-file=" + SECRET),
          trial -> trial.set("ask.credential=" + SECRET),
          trial -> trial.variable("REFRAIN_ASK_CREDENTIAL", SECRET),
          trial -> trial.variable("REFRAIN_ASK_CREDENTIAL_ENV", SECRET),
          trial -> trial.yaml("ask: {credential: " + SECRET + "}"),
          trial -> trial.yaml("ask: {credential-env: [" + SECRET + "]}"),
          trial -> trial.yaml("credential-headers: ['authorization: Bearer " + SECRET + "']"),
          trial -> trial.set("keys=k").set("upstreams.openai.credential-env=" + SECRET),
          trial -> trial.set("keys=k").set("upstreams.openai.credential-file=" + SECRET),
          trial -> trial.set("keys=k").set("upstreams.openai.credential-header=" + SECRET),
          trial -> trial.set("keys=k").set("credentials.lab.env=" + SECRET),
          trial -> trial.set("keys=k").set("credentials.lab.file=" + SECRET),
          trial -> trial.set("keys=k").set("credentials.lab=" + SECRET),
          trial -> trial.yaml("{keys: k, credentials: {lab: " + SECRET + "}}"),
          trial -> trial.yaml("{keys: k, credentials: {lab: {key: " + SECRET + "}}}"),
          trial -> trial.yaml("{keys: k, credentials: {'Bearer " + SECRET + "': {env: A}}}"),
          trial -> trial.yaml("{keys: k, upstreams: {openai: {credential: " + SECRET + "}}}"),
          trial -> trial.variable("A", SECRET).set("upstreams.openai.credential-env=A"),
          trial -> trial.variable("A", SECRET).set("credentials.lab.env=A"),
          trial -> trial.set("admin.token-env=" + SECRET),
          trial -> trial.set("admin.token-file=" + SECRET),
          trial -> trial.set("admin.token=" + SECRET),
          trial -> trial.variable("REFRAIN_ADMIN_TOKEN", SECRET),
          trial -> trial.variable("A", SECRET.substring(5)).set("admin.token-env=A"),
          trial -> trial.set("secret=" + SECRET),
          trial -> trial.set("secret-file=" + SECRET),
          trial -> trial.yaml("secret: " + SECRET),
          trial -> trial.variable("REFRAIN_SECRET", SECRET.substring(5)),
          trial -> trial.variable("REFRAIN_SECRET_OLD", SECRET),
          trial -> trial.variable("REFRAIN_SECRETS", SECRET),
          trial -> trial.variable("REFRAIN_SECRET", SECRET + " " + SECRET),
          trial -> trial.file("s", SECRET).set("secret-file=s").variable("REFRAIN_SECRET", SECRET),
          trial -> trial.upstream("x=https://me:" + SECRET + "@host"),
          trial -> trial.upstream("x=https://me:" + SECRET + "@some_host"),
          trial -> trial.upstream("x=https://host?key=" + SECRET),
          trial -> trial.upstream("x=https://ho st/" + SECRET),
          trial -> trial.upstream("https://me:" + SECRET + "@host?a=b"),
          trial -> trial.variable("REFRAIN_UPSTREAM_X", "https://me:" + SECRET + "@host"),
          trial -> trial.variable("A", SECRET + "\n").set("ask.credential-env=A"),
          trial -> trial.variable("A", SECRET + " " + SECRET).set("ask.credential-env=A"),
          trial -> trial.file("key", SECRET + " " + SECRET).set("ask.credential-file=key"),
          trial -> trial.file("key", SECRET.repeat(1000)).set("ask.credential-file=key"));

  @ParameterizedTest
  @FieldSource("MISPLACED")
  void aMisplacedSecretIsRefusedUnshown(UnaryOperator<Trial> mistake) {
    var complaints = mistake.apply(new Trial(directory)).complaints();

    assertThat(complaints).isNotEmpty();
    assertThat(complaints).noneMatch(line -> line.contains("0123456789abcdef"));
  }
}
