package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway that is started again still knows. */
@Timeout(60)
final class RestartTest {
  private static final String KEY = "Bearer sk-mine";
  private static final String HIT = "refrain; hit";
  private static final Secret FIRST = new Secret("the-first-secret-of-all");
  private static final Secret SECOND = new Secret("the-second-secret-then");

  @TempDir private Path directory;

  private Stage start(Secret... secrets) throws Exception {
    var data = new Data(directory, 64 << 20, List.of(secrets), null);
    return Stage.set(setup -> setup.data(data));
  }

  private static String ask(Stage stage, String key) throws Exception {
    var reply = stage.chat(chat("Who?"), "Authorization: " + key);
    assertThat(reply.text()).isEqualTo(Samples.COMPLETION);
    return String.valueOf(reply.header("cache-status"));
  }

  private static void expect(Stage stage) {
    stage.provider().next(Acts.reply(Wire.json(Samples.COMPLETION)));
  }

  @Test
  void aRestartLosesNothing() throws Exception {
    try (var stage = start()) {
      expect(stage);
      assertThat(ask(stage, KEY)).doesNotStartWith(HIT);
    }
    try (var stage = start()) {
      assertThat(stage.gateway().onDisk()).isEqualTo("64 MiB in " + directory);
      assertThat(ask(stage, KEY)).startsWith(HIT);
      expect(stage);
      assertThat(ask(stage, "Bearer sk-yours")).doesNotStartWith(HIT);
    }
  }

  @Test
  void underASecretARestartLosesNothingEither() throws Exception {
    try (var stage = start(FIRST)) {
      expect(stage);
      ask(stage, KEY);
    }
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain("choices", "sk-mine", "gpt-4");
      }
    }
    try (var stage = start(SECOND, FIRST)) {
      assertThat(ask(stage, KEY)).startsWith(HIT);
    }
    try (var stage = start(SECOND)) {
      expect(stage);
      assertThat(ask(stage, KEY)).doesNotStartWith(HIT);
    }
  }

  @Test
  void aSecondGatewayInTheSameDirectoryServesFromMemory() throws Exception {
    try (var first = start();
        var second = start()) {
      assertThat(second.gateway().onDisk())
          .startsWith("nothing on disk yet: ")
          .contains(directory + " is in use by process " + ProcessHandle.current().pid());
      expect(second);
      ask(second, KEY);
      assertThat(ask(second, KEY)).startsWith(HIT);
      expect(first);
      assertThat(ask(first, KEY)).doesNotStartWith(HIT);
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsSaidAndDoesNotHinder() throws Exception {
    Files.writeString(directory.resolve("file"), "in the way");
    var data = new Data(directory.resolve("file/below"), 64 << 20, List.of(), null);
    try (var stage = Stage.set(setup -> setup.data(data))) {
      assertThat(stage.gateway().onDisk()).startsWith("nothing on disk yet: ").contains("file");
      expect(stage);
      ask(stage, KEY);
      assertThat(ask(stage, KEY)).startsWith(HIT);
    }
  }
}
