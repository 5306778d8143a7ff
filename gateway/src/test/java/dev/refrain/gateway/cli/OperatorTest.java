package dev.refrain.gateway.cli;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.settings.Admin;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.FreePort;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that talk to a gateway which runs. */
@Timeout(60)
final class OperatorTest {
  private static final String TOKEN = "0123456789abcdef";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path directory;
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void answersAreCountedAndRetired() throws Exception {
    keep("Who?", "cache-tag: doc:42");
    keep("What?", "cache-tag: doc:42");

    assertThat(run("invalidate", "--tag", "doc:42", "--dry-run")).isZero();
    assertThat(out.toString())
        .startsWith("doc:42: 2 answers would be retired.\n  memory            2   ")
        .endsWith("B\n");
    assertThat(isKept("Who?")).isTrue();
    out.getBuffer().setLength(0);
    assertThat(run("invalidate", "--tag", "doc:42")).isZero();
    assertThat(out).hasToString("Retired: doc:42.\n");
    assertThat(isKept("Who?")).isFalse();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void programsAreToldInJson() throws Exception {
    keep("Who?");

    assertThat(run("invalidate", "--all", "--dry-run", "--json")).isZero();
    assertThat(Json.parse(out.toString().strip().getBytes()).get("entries").asLong(0)).isEqualTo(1);
  }

  @Test
  void aRequestLiesInAFile() throws Exception {
    keep("Who?", "authorization: Bearer sk-1");
    Files.writeString(directory.resolve("body.json"), chat("Who?"));

    var asked = new String[] {"invalidate", "--request", "body.json", "--header"};
    assertThat(run(with(asked, "Authorization: Bearer sk-2"))).isZero();
    assertThat(isKept("Who?", "authorization: Bearer sk-1")).isTrue();
    assertThat(run(with(asked, "Authorization: Bearer sk-1"))).isZero();
    assertThat(isKept("Who?", "authorization: Bearer sk-1")).isFalse();
    assertThat(out.toString()).startsWith("Retired: key:");
  }

  @Test
  void aNamespaceWithoutANameIsTheUsualOne() throws Exception {
    keep("Who?");

    assertThat(run("invalidate", "--namespace", "")).isZero();
    assertThat(isKept("Who?")).isFalse();
  }

  @Test
  void whatMakesNoSenseIsWrongUse() throws Exception {
    keep("Who?");

    assertThat(run("invalidate")).isEqualTo(2);
    assertThat(run("invalidate", "--all", "--tag", "a")).isEqualTo(2);
    assertThat(run("invalidate", "--key", "abc")).isEqualTo(2);
    assertThat(run("invalidate", "--all", "--gateway", "localhost")).isEqualTo(2);
    assertThat(run("invalidate", "--request", "none.json")).isEqualTo(1);
    Files.writeString(directory.resolve("bad.json"), "{");
    assertThat(run("invalidate", "--request", "bad.json")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(6).allMatch(line -> line.startsWith("refrain: "));
    assertThat(isKept("Who?")).isTrue();
  }

  @Test
  void whereNoGatewayAnswersItSaysSo() throws Exception {
    int nobody = FreePort.any();

    assertThat(program("invalidate", "--all", "--gateway", "http://127.0.0.1:" + nobody))
        .isEqualTo(3);
    assertThat(err.toString()).contains("no gateway answers", "refrain serve");
  }

  @Test
  void itFindsTheGatewayInTheSettingsAndShowsTheirToken() throws Exception {
    stage.close();
    stage = Stage.set(setup -> setup.admin(new Admin(new Secret(TOKEN), false, List.of())));
    var yaml = "listen: 127.0.0.1:%d\n".formatted(stage.port());
    Files.writeString(directory.resolve("refrain.yaml"), yaml);

    assertThat(program("invalidate", "--all")).isEqualTo(4);
    assertThat(err.toString()).contains("admin token");
    Files.writeString(directory.resolve("refrain.yaml"), yaml + "admin: {token-env: T}\n");
    environment.put("T", TOKEN);
    assertThat(program("invalidate", "--all")).isZero();
    assertThat(out.toString() + err).doesNotContain(TOKEN);
  }

  @Test
  void anExplanationIsReadable() throws Exception {
    Files.writeString(directory.resolve("body.json"), chat("Who?"));

    assertThat(run("explain", "body.json")).isZero();
    assertThat(out.toString())
        .startsWith("It would be fetched: nothing lies in the cache for its key.\n\nKey\n")
        .contains("What lies where\n  memory whole nothing\n");
    keep("Who?", "cache-tag: doc:42");
    out.getBuffer().setLength(0);
    assertThat(run("explain", "body.json")).isZero();
    assertThat(out.toString())
        .startsWith("It would be answered from memory: the answer is ")
        .contains("Freshness\n  born         2", " ago\n", "  holds    doc:42\n")
        .contains("scope        credentials:");
    assertThat(run("invalidate", "--tag", "doc:42")).isZero();
    out.getBuffer().setLength(0);
    assertThat(run("explain", "body.json")).isZero();
    assertThat(out.toString())
        .contains("must not be given any more.", "It was invalidated since: doc:42.")
        .contains("  retired  doc:42\n");
  }

  @Test
  void aNearMissIsTold() throws Exception {
    keep("What is a refrain?");
    Files.writeString(directory.resolve("body.json"), chat("What is a refrein?"));
    Poll.until(
        "the miss is remembered",
        () -> {
          out.getBuffer().setLength(0);
          return run("explain", "body.json") == 0 && out.toString().contains("Nearly the same");
        });

    assertThat(out.toString())
        .contains("messages[0].content  differs at character 15, a text of 18 characters, against");
  }

  @Test
  void aReasonIsTold() throws Exception {
    Files.writeString(
        directory.resolve("body.json"), "{\"model\":\"m\",\"messages\":[],\"tools\":[{}]}");

    assertThat(run("explain", "body.json", "--path", "/v1/files")).isZero();
    assertThat(run("explain", "body.json", "--json")).isZero();
    assertThat(out.toString())
        .contains("Nothing that is asked by this method at this path is ever kept.")
        .contains("\"reason\":\"");
  }

  @Test
  void theFiguresAreShown() throws Exception {
    keep("Who?");
    assertThat(isKept("Who?")).isTrue();

    assertThat(run("stats")).isZero();
    assertThat(out.toString())
        .contains("Calls per second", "under way       0 calls upstream", "hit rate")
        .containsPattern("gpt-test .* no price ")
        .contains("Prices of " + Prices.builtIn().date() + ": the vendors' public lists")
        .contains("No price is known for: gpt-test. Name a table of yours")
        .containsPattern("memory +1 ")
        .containsPattern("hit +1 +[0-9.]+ ms");
    out.getBuffer().setLength(0);
    assertThat(run("stats", "--json")).isZero();
    assertThat(Json.parse(out.toString().strip().getBytes()).get("ever").get("calls").asLong(0))
        .isEqualTo(2);
  }

  @Test
  void whoWatchesSeesAGatewayGoAndComeBack() throws Exception {
    int port = stage.port();
    var watching = new FutureTask<>(() -> run("stats", "--watch"));
    var watcher = Thread.ofVirtual().start(watching);
    Poll.until("it is shown", () -> out.toString().contains("Tiers"));
    stage.close();
    Poll.until("it is missed", () -> err.toString().contains("no gateway answers"));
    int seen = out.toString().length();
    stage = Stage.set(setup -> setup.port(port));
    Poll.until("it is shown again", () -> out.toString().length() > seen);
    watcher.interrupt();
    assertThat(watching.get()).isEqualTo(1);
  }

  @Test
  void theHelpShowsExamples() {
    assertThat(program("help", "invalidate")).isZero();
    assertThat(out.toString()).contains("--dry-run", "Examples:\n  refrain invalidate", "3 no");
  }

  private void keep(String question, String... headers) throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    assertThat(stage.chat(chat(question), headers).isHit()).isFalse();
  }

  private boolean isKept(String question, String... headers)
      throws IOException, InterruptedException {
    return stage.chat(chat(question), with(headers, "cache-control: only-if-cached")).status()
        == 200;
  }

  private static String[] with(String[] first, String last) {
    var all = new ArrayList<>(List.of(first));
    all.add(last);
    return all.toArray(String[]::new);
  }

  private int run(String... args) {
    var all = new ArrayList<>(List.of(args));
    if (!all.contains("--gateway")) {
      all.addAll(1, List.of("--gateway", "http://127.0.0.1:" + stage.port()));
    }
    return program(all.toArray(String[]::new));
  }

  private int program(String... args) {
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, environment);
    Server none =
        settings -> {
          throw new IOException("not here");
        };
    return new Program(surroundings, none, Runnable::run).run(args);
  }
}
