package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.Keys;
import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.settings.CredentialHeader;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Neither a gateway key nor a provider's is in a log, an error, a file or a text. */
@Timeout(60)
final class KeySecretsTest {
  private static final String HELD = "sk-held-by-the-gateway";

  @TempDir Path directory;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final StringBuilder seen = new StringBuilder();

  private Setup withKeys(Setup setup) {
    var access = new Access(directory.resolve("keys.json"), Map.of("lab", new Secret(HELD)));
    return setup
        .access(access)
        .credential("openai", CredentialHeader.AUTHORIZATION, HELD)
        .credential("anthropic", CredentialHeader.X_API_KEY, HELD);
  }

  @Test
  void whateverHappensNoSecretIsSeen() throws Exception {
    var file = directory.resolve("keys.json");
    var key = Keys.of("acme").quota(20, 6, 0).credential("anthropic", "lab").addTo(file);
    var before = System.err;
    System.setErr(new PrintStream(log, true, UTF_8));
    try (var stage =
        Stage.set(setup -> {
          var changed = withKeys(setup);
          seen.append(changed.settings());
          return changed;
        })) {
      misuse(stage, key);
      Files.writeString(file, "broken " + Files.readString(file));
      for (int i = 0; i < 25; i++) { // beyond the budget
        stage.provider().otherwise(Acts.cut(Wire.json(500, "{}"), 5));
        see(stage, "Bearer " + key, "/v1/chat/completions");
      }
      stage.provider().stopListening();
    } finally {
      System.setErr(before);
    }
    seen.append(log.toString(UTF_8));
    try (var files = Files.list(directory)) {
      for (var path : files.toList()) {
        seen.append(Files.readString(path));
      }
    }
    seen.append(Keys.of("acme").key(key)).append(new KeysFile(file));
    assertThat(seen.toString())
        .contains("hidden", "acme", "insufficient_quota", "invalid_api_key", "upstream_unreachable")
        .doesNotContain(key)
        .doesNotContain(key.substring(3))
        .doesNotContain(HELD)
        .doesNotContain(HELD.substring(3));
  }

  private void misuse(Stage stage, String key) throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    see(stage, "Bearer " + key, "/v1/chat/completions");
    see(stage, "Bearer " + key + "x", "/v1/chat/completions");
    see(stage, key + ", " + key, "/v1/messages");
    see(stage, "Bearer " + key, "/-/nowhere?key=" + key);
    see(stage, "Bearer " + key, "/v1/../" + key);
    stage.provider().next(Acts.cut(Wire.json(500, "{}"), 7));
    see(stage, "Bearer " + key, "/v1/messages?key=" + key);
    stage.provider().next(Acts.reset(Wire.json(500, "{}"), 0));
    see(stage, "Bearer " + key, "/v1/files");
  }

  /** Paths are echoed, so what is in one can be no secret; all else must not come back. */
  private void see(Stage stage, String credential, String target) throws Exception {
    var request = Wire.post(target, chat("Who?" + seen.length()), "authorization: " + credential);
    var reply = stage.call(request);
    if (!target.contains("..")) {
      seen.append(reply.head()).append(reply.text());
    }
  }
}
