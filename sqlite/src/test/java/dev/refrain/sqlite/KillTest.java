package dev.refrain.sqlite;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.Campaign;
import dev.refrain.testing.Chance;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes leaves a store that opens at once and is whole. */
@Timeout(1_800)
final class KillTest {
  private static final Duration OPENING_TIME_MAX = Duration.ofSeconds(5);
  private static final long LATEST = 2_000;

  @RegisterExtension final Chance chance = new Chance();
  @TempDir private Path directory;

  private final Map<String, String> epochs = new HashMap<>();
  private long begun;
  private long flushed;

  @Test
  void whatWasFlushedIsThereHoweverOftenItIsKilled() throws Exception {
    for (int i = 0; i < Campaign.rounds(6, 200); i++) {
      scribbleAndKill();
      check();
    }
    assertThat(flushed).isPositive();
  }

  private void scribbleAndKill() throws Exception {
    begun = flushed;
    var process =
        new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
      assertThat(lines.readLine()).isEqualTo("open");
      int lastLine = chance.nextInt(1, 120);
      for (int i = 0; i < lastLine; i++) {
        note(lines.readLine());
      }
      TimeUnit.MICROSECONDS.sleep(chance.nextInt(20_000)); // when it is killed decides nothing
      process.toHandle().destroyForcibly(); // and leaves the stream open, unlike the process itself
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private List<String> command() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + directory); // who is killed leaves SQLite's library there
    command.addAll(List.of("-Xmx128m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", Scribbler.class.getName()));
    command.addAll(List.of(directory.toString(), Long.toString(flushed)));
    return command;
  }

  private void note(String line) {
    var words = line.split(" ", -1);
    if (words.length == 2 && words[0].equals("flushed")) {
      flushed = Long.parseLong(words[1]);
    } else if (words.length == 3 && words[0].equals("epoch")) {
      epochs.put(words[1], words[2]);
    }
  }

  private void check() throws Exception {
    long before = System.nanoTime();
    try (var store = SqliteStore.open(SqliteStore.at(directory))) {
      assertThat(System.nanoTime() - before).isLessThan(OPENING_TIME_MAX.toNanos());
      for (long i = begun; i < flushed; i++) {
        var found = store.tier().find(Samples.slot(i));
        assertThat(found).as("entry %d of %d", i, flushed).isNotNull();
        assertThat(found.recording()).isEqualTo(Samples.sized(i, (int) (i % 50) * 100));
      }
      for (long i = flushed; i < flushed + LATEST; i++) { // perhaps, but then whole
        var found = store.tier().find(Samples.slot(i));
        if (found != null) {
          assertThat(found.recording()).isEqualTo(Samples.sized(i, (int) (i % 50) * 100));
        }
      }
      var now = FaultsTest.snapshot(store).tags();
      epochs.forEach((tag, number) ->
          assertThat(Long.parseLong(now.getOrDefault(tag, "epoch -1").substring(6)))
              .isGreaterThanOrEqualTo(Long.parseLong(number)));
      assertThat(Aside.left(directory.resolve("answers.db"))).isEmpty();
      assertThat(Aside.left(directory.resolve("state.db"))).isEmpty();
    }
  }
}
