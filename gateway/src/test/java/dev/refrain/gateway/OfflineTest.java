package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.cli.Program;
import dev.refrain.gateway.cli.Surroundings;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.FreePort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where no gateway runs, the operator is served from what it has left behind. */
@Timeout(60)
final class OfflineTest {
  private static final String KEY = "Authorization: Bearer sk-mine";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void leaveSettings() throws IOException {
    store = directory.resolve("store");
    int nobody = FreePort.any();
    Files.writeString(
        directory.resolve("refrain.yaml"),
        "listen: 127.0.0.1:%d\ndata: %s\n".formatted(nobody, store));
    Files.writeString(directory.resolve("body.json"), chat("Who?"));
  }

  @Test
  void whatIsKeptIsCountedAndRetired() throws Exception {
    try (var stage = start()) {
      keep(stage, "Who?", "cache-tag: doc:42");
      keep(stage, "What?");
    }

    assertThat(run("invalidate", "--tag", "doc:42", "--dry-run")).isZero();
    assertThat(out.toString())
        .startsWith("doc:42: 1 answer would be retired.\n")
        .containsPattern("sqlite +1 ");
    assertThat(run("invalidate", "--tag", "doc:42")).isZero();
    assertThat(out.toString()).endsWith("Retired: doc:42.\n");
    try (var stage = start()) {
      assertThat(isKept(stage, "Who?")).isFalse();
      assertThat(isKept(stage, "What?")).isTrue();
    }
  }

  @Test
  void aRequestIsFoundByItsCredential() throws Exception {
    try (var stage = start()) {
      keep(stage, "Who?");
    }

    assertThat(run("explain", "body.json", "--header", KEY)).isZero();
    assertThat(out.toString()).startsWith("It would be answered from sqlite: the answer is ");
    out.getBuffer().setLength(0);
    assertThat(run("explain", "body.json", "--header", "Authorization: Bearer sk-other")).isZero();
    assertThat(out.toString()).startsWith("It would be fetched: nothing lies in the cache");
    assertThat(run("invalidate", "--request", "body.json", "--header", KEY)).isZero();
    try (var stage = start()) {
      assertThat(isKept(stage, "Who?")).isFalse();
    }
  }

  @Test
  void whatAGatewayElsewhereHasIsNotTouched() throws Exception {
    try (var stage = start()) {
      keep(stage, "Who?");
      assertThat(run("invalidate", "--all")).isEqualTo(3);
      assertThat(err.toString()).contains("no gateway answers", "is in use by process");
      assertThat(isKept(stage, "Who?")).isTrue();
    }
  }

  @Test
  void whereNothingIsKeptNothingIsMade() {
    assertThat(run("invalidate", "--all")).isEqualTo(3);
    assertThat(err.toString()).contains("no gateway answers", "nothing is kept on disk");
    assertThat(store).doesNotExist();
  }

  @Test
  void whatOnlyAGatewayKnowsItDoesNotMakeUp() throws Exception {
    try (var stage = start()) {
      keep(stage, "Who?");
    }

    assertThat(run("explain", "1x7k2m9q-4f")).isEqualTo(1);
    assertThat(run("stats")).isEqualTo(3);
    assertThat(err.toString()).contains("Only a gateway that runs can tell that.");
  }

  @Test
  void whatAFleetSharesIsNotRetiredInOnePlaceAlone() throws Exception {
    try (var stage = start()) {
      keep(stage, "Who?");
    }
    environment.put("REDIS_URL", "redis://127.0.0.1:1");

    assertThat(run("invalidate", "--all")).isEqualTo(3);
    assertThat(err.toString()).contains("fleet");
    Files.writeString(directory.resolve("address"), environment.remove("REDIS_URL"));
    environment.put("REFRAIN_REDIS_URL_FILE", directory.resolve("address").toString());
    assertThat(run("invalidate", "--all")).isEqualTo(3);
    try (var stage = start()) {
      assertThat(isKept(stage, "Who?")).isTrue();
    }
  }

  private Stage start() throws Exception {
    var data = new Data(store, 64 << 20, List.of(), null);
    return Stage.set(setup -> setup.data(data));
  }

  private static void keep(Stage stage, String question, String... headers) throws Exception {
    stage.provider().next(Acts.reply(Wire.json(Samples.COMPLETION)));
    assertThat(stage.chat(chat(question), with(KEY, headers)).isHit()).isFalse();
  }

  private static boolean isKept(Stage stage, String question) throws Exception {
    var headers = with(KEY, "cache-control: only-if-cached");
    return stage.chat(chat(question), headers).status() == 200;
  }

  private static String[] with(String first, String... more) {
    var all = new String[more.length + 1];
    all[0] = first;
    System.arraycopy(more, 0, all, 1, more.length);
    return all;
  }

  private int run(String... args) {
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, environment);
    return new Program(
            surroundings,
            settings -> {
              throw new IOException("not here");
            },
            Runnable::run,
            KeptAnswers::open)
        .run(args);
  }
}
