package dev.refrain.gateway.portage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tag;
import dev.refrain.Usage;
import dev.refrain.gateway.Main;
import dev.refrain.json.Json;
import dev.refrain.testing.Campaign;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** So many entries that they find no room in the heap go through it, in both directions. */
@Timeout(3_600)
final class MillionEntriesTest {
  private static final int ENTRIES = Campaign.rounds(4_000, 1_000_000);
  private static final int HEAP_MEBIBYTES = Campaign.rounds(48, 256);
  private static final String SCOPE = "tenant:acme";
  private static final String EPOCH = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

  @TempDir Path directory;

  @Test
  void theyAreTakenInAndGivenOutAgain() throws Exception {
    long born = InstantSource.system().millis();
    long sum = write(directory.resolve("in.jsonl.zst"), born);
    Files.writeString(
        directory.resolve("refrain.yaml"), "listen: 127.0.0.1:1\ndata: store\ndata-size: 20GiB\n");
    Files.createDirectory(directory.resolve("store"));

    long began = System.nanoTime();
    assertThat(run("import", "in.jsonl.zst", "--adopt", "--trust", SCOPE, "--json"))
        .contains("{\"kept\":" + ENTRIES + ",");
    long taken = System.nanoTime();
    run("export", "out.jsonl.zst");
    long given = System.nanoTime();
    System.out.printf(
        "%d entries, heap %d MiB: in %.1f s, out %.1f s%n",
        ENTRIES, HEAP_MEBIBYTES, (taken - began) / 1e9, (given - taken) / 1e9);

    assertThat(sum(directory.resolve("out.jsonl.zst"))).isEqualTo(sum);
  }

  /** Returns the sum of what tells one entry from the others. */
  private static long write(Path file, long born) throws IOException {
    long sum = 0;
    var seal = Seal.of("another deployment".getBytes(UTF_8));
    try (var out = new BufferedOutputStream(new ZstdOutputStream(Files.newOutputStream(file)))) {
      var writer = new EntryWriter(seal, LineLimits.of(8 << 20), out);
      writer.begin("2026-01-01T00:00:00Z");
      var random = new SplittableRandom(1);
      for (int i = 0; i < ENTRIES; i++) {
        var recording = recording(random, i, born);
        writer.write(recording);
        sum += mark(recording.slot().key().toString(), text(recording));
      }
      writer.end();
    }
    return sum;
  }

  private static String text(Recording recording) {
    return new String(recording.chunks().bytes(), UTF_8);
  }

  private static long mark(String key, String text) {
    return 31L * key.hashCode() + text.hashCode();
  }

  private static Recording recording(SplittableRandom random, int number, long born) {
    var key = new Key(random.nextLong(), number, random.nextLong(), 4);
    var text = "{\"content\":\"the answer of number " + number + "\"}";
    var body = text.getBytes(UTF_8);
    var tags =
        List.of(
            "scope:" + SCOPE,
            Tag.namespace(""),
            Tag.model("gpt-4o"),
            Tag.dialect("openai-chat"),
            Tag.key(key));
    return new Recording(
        new Slot(key, Form.WHOLE),
        200,
        Headers.of("content-type", "application/json"),
        new Chunks(body, new int[] {body.length}, new int[] {9}),
        born,
        2000,
        new Usage(10, 20),
        new Stamp(tags, List.of(EPOCH, EPOCH, EPOCH, EPOCH, EPOCH)),
        "",
        null,
        null);
  }

  private static long sum(Path file) throws Exception {
    long sum = 0;
    var in = new ZstdInputStream(Files.newInputStream(file));
    try (var lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var json = Json.parse(line.getBytes(UTF_8));
        if (json.has("key")) {
          sum += mark(text(json, "key"), text(json, "text"));
        }
      }
    }
    return sum;
  }

  private static String text(Json json, String name) {
    return Objects.requireNonNull(json.get(name)).text();
  }

  private String run(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + HEAP_MEBIBYTES + "m", "--enable-native-access=ALL-UNNAMED"));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().remove("REDIS_URL");
    var process = builder.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
