package dev.refrain.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a shell completes. */
@Timeout(60)
final class CompletionTest {
  @TempDir Path directory;

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertThat(completed("refrain", "inv")).contains("invalidate");
    assertThat(completed("refrain", "")).contains("serve", "explain", "keys", "doctor");
    assertThat(completed("refrain", "keys", "re")).contains("revoke");
    assertThat(completed("refrain", "invalidate", "--dry")).contains("--dry-run");
    assertThat(completed("refrain", "completion", "")).contains("bash", "zsh");
  }

  @Test
  void zshGetsWhatItNeedsBesides() {
    assertThat(script("zsh")).startsWith("autoload -U +X compinit").endsWith(script("bash"));
  }

  @Test
  void otherShellsAreNotKnown() {
    var err = new StringWriter();

    assertThat(run(new StringWriter(), err, "completion", "fish")).isEqualTo(2);
    assertThat(err.toString()).contains("one of bash, zsh");
    assertThat(run(new StringWriter(), err, "completion")).isEqualTo(2);
  }

  /** Has bash complete the last word. */
  private String completed(String... words) throws IOException, InterruptedException {
    Path file = directory.resolve("completion.bash");
    Files.writeString(file, script("bash"));
    var line = String.join(" ", words);
    var code =
        """
        source '%s'
        COMP_WORDS=(%s)
        COMP_CWORD=%d
        COMP_LINE='%s'
        COMP_POINT=%d
        _complete_refrain
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(
                file, "'" + String.join("' '", words) + "'", words.length - 1, line, line.length());
    var bash =
        new ProcessBuilder("bash", "--norc", "--noprofile", "-c", code)
            .redirectErrorStream(true)
            .start();
    bash.getOutputStream().close();
    var said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private String script(String shell) {
    var out = new StringWriter();
    assertThat(run(out, new StringWriter(), "completion", shell)).isZero();
    return out.toString();
  }

  private int run(StringWriter out, StringWriter err, String... args) {
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, Map.of());
    Server none =
        settings -> {
          throw new IOException("not here");
        };
    return new Program(surroundings, none, Runnable::run).run(args);
  }
}
