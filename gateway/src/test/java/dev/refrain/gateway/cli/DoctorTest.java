package dev.refrain.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.FreePort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is found, and it is said what to do about it. */
@Timeout(60)
final class DoctorTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path directory;

  @Test
  void whereAllIsWellNothingIsBad() throws Exception {
    try (var stage = Stage.set();
        var provider = FakeProvider.start()) {
      provider.otherwise(exchange -> exchange.send(Wire.reply(404, "")));
      settings(stage.port(), provider.url().toString());

      assertThat(run("doctor")).isZero();
      assertThat(out.toString())
          .contains("ok  settings: all can be read")
          .contains("ok  gateway: runs at http://127.0.0.1:" + stage.port())
          .contains("ok  upstream openai: answers at")
          .contains("ok  reach: only this machine")
          .containsPattern("prices: what models cost is known as of 20\\d\\d-\\d\\d-\\d\\d")
          .doesNotContain("BAD");
    }
  }

  @Test
  void anUpstreamThatIsNotThereIsBadAndAGatewayThatDoesNotRunIsNot() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());

    assertThat(run("doctor")).isEqualTo(1);
    assertThat(out.toString())
        .contains("?   gateway: does not run at")
        .contains("Start it: refrain serve")
        .containsPattern("BAD upstream openai: http://127.0.0.1:\\d+: nobody listens there");
  }

  @Test
  void aBoundThatKeepsNoLargeReplyIsFound() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());
    var file = directory.resolve("refrain.yaml");
    Files.writeString(file, "limits: {replies-max: 2MiB}\n", StandardOpenOption.APPEND);

    assertThat(run("doctor")).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("\\?   memory: a heap of .* and replies under way 2")
        .containsPattern("Replies of more than 1\\.?0? ?M.* are not kept");
  }

  @Test
  void aClockThatIsWrongIsFound() throws Exception {
    try (var provider = FakeProvider.start()) {
      provider.otherwise(
          exchange -> exchange.send(Wire.reply(200, "", "date: Mon, 01 Jan 2024 00:00:00 GMT")));
      settings(nobody(), provider.url().toString());

      assertThat(run("doctor")).isEqualTo(1);
      assertThat(out.toString()).contains("BAD clock: differs by ", "NTP");
    }
  }

  @Test
  void whereClocksAgreeItIsSaid() throws Exception {
    var now = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    try (var provider = FakeProvider.start()) {
      provider.otherwise(exchange -> exchange.send(Wire.reply(200, "", "date: " + now)));
      settings(nobody(), provider.url().toString());
      run("doctor");
      assertThat(out.toString()).contains("ok  clock: agrees with that of openai");
    }
    settings(nobody(), "http://127.0.0.1:" + nobody());
    run("doctor");
    assertThat(out.toString()).contains("?   clock: nobody could be asked for the time");
  }

  @Test
  void somethingElseInPlaceOfTheGatewayIsBad() throws Exception {
    try (var provider = FakeProvider.start()) {
      provider.otherwise(exchange -> exchange.send(Wire.reply(404, "")));
      settings(provider.url().getPort(), provider.url().toString());

      assertThat(run("doctor")).isEqualTo(1);
      assertThat(out.toString()).contains("BAD gateway: something else listens at");
    }
  }

  @Test
  void theDiskIsLookedAtAndWhoHasWhatLiesThere() throws Exception {
    var store = directory.resolve("store");
    var data = new Data(store, 64 << 20, List.of(), null);
    try (var stage = Stage.set(setup -> setup.data(data))) {
      settings(stage.port(), "http://127.0.0.1:" + nobody());
      run("doctor");
      assertThat(out.toString())
          .contains("ok  data: " + store + " can be written")
          .contains("ok  data: process " + ProcessHandle.current().pid() + " has it")
          .contains(" is free, and ");
    }
    out.getBuffer().setLength(0);
    settings(nobody(), "http://127.0.0.1:" + nobody());
    run("doctor");
    assertThat(out.toString()).doesNotContain("has it").doesNotContain("is damaged");
  }

  @Test
  void aStoreThatAnotherProcessHasIsDoubtful() throws Exception {
    Files.createDirectory(directory.resolve("store"));
    var lock = directory.resolve("store").resolve("lock");
    Files.writeString(lock, "4711");
    settings(nobody(), "http://127.0.0.1:" + nobody());
    try (var channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        var held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      run("doctor");
    }
    assertThat(out.toString())
        .contains("?   data: process 4711 has it, though no gateway answers")
        .contains("give each a directory");
  }

  @Test
  void aGatewayThatKeepsNothingThoughItShouldIsDoubtful() throws Exception {
    Files.createDirectory(directory.resolve("store"));
    try (var stage = Stage.set()) {
      settings(stage.port(), "http://127.0.0.1:" + nobody());
      run("doctor");
      assertThat(out.toString()).contains("?   data: the gateway that runs does not have it");
    }
  }

  @Test
  void filesThatAreNoneOrWerePutAsideAreFound() throws Exception {
    var store = Files.createDirectory(directory.resolve("store"));
    Files.writeString(store.resolve("answers.db"), "this is no database at all");
    Files.writeString(store.resolve("state.db.aside-1"), "");
    var later = Instant.now().plus(Duration.ofDays(2));
    Files.setLastModifiedTime(store.resolve("answers.db"), FileTime.from(later));
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxr-xr-x"));
    settings(nobody(), "http://127.0.0.1:" + nobody());

    assertThat(run("doctor")).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("BAD data: .*answers.db is damaged, or no file of ours")
        .contains("?   data: state.db.aside-1 was put aside")
        .containsPattern("\\?   clock: .*answers.db was written in the future")
        .contains("everybody on this machine can look into it")
        .contains("chmod 700 " + store);
  }

  @Test
  void whereNothingCanBeKeptThatIsBad() throws Exception {
    Files.writeString(directory.resolve("store"), "a file");
    settings(nobody(), "http://127.0.0.1:" + nobody());

    assertThat(run("doctor")).isEqualTo(1);
    assertThat(out.toString()).contains("store is no directory", "Name another: data: DIR.");
  }

  @Test
  void aLogThatHasGrownIsFound() throws Exception {
    var store = Files.createDirectory(directory.resolve("store"));
    try (var log = new RandomAccessFile(store.resolve("answers.db-wal").toFile(), "rw")) {
      log.setLength(300L << 20); // of holes
    }
    settings(nobody(), "http://127.0.0.1:" + nobody());
    run("doctor");

    assertThat(out.toString()).contains("answers.db-wal has grown to 300.0 MiB");
  }

  @Test
  void aBoundThatTheDiskCannotHoldIsFound() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());
    var file = directory.resolve("refrain.yaml");
    Files.writeString(file, Files.readString(file) + "data-size: 100TiB\n");
    run("doctor");

    assertThat(out.toString())
        .contains("ok  data: " + directory.resolve("store") + " is made at the first start")
        .containsPattern("\\?   disk: .* is free, and 0 B of 100.0 TiB are taken")
        .contains("lower the bound (data-size)");
  }

  @Test
  void pricesThatAreOldOrNoneAreFound() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());
    var settings = directory.resolve("refrain.yaml");
    Files.writeString(settings, Files.readString(settings) + "figures: {prices: mine.json}\n");
    var mine = directory.resolve("mine.json");
    Files.writeString(mine, "{\"date\": \"2020-01-01\", \"source\": \"us\", \"models\": []}");
    run("doctor");
    assertThat(out.toString()).contains("?   prices: what models cost is known as of 2020-01-01");
    Files.writeString(mine, "[]");
    out.getBuffer().setLength(0);
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(out.toString()).containsPattern("BAD prices: .*mine.json: no table of prices");
  }

  @Test
  void wrongSettingsAreFoundFirst() throws Exception {
    Files.writeString(directory.resolve("refrain.yaml"), "memory: lots\n");

    assertThat(run("doctor")).isEqualTo(2);
    assertThat(out.toString()).startsWith("BAD settings: refrain.yaml:1:9: expected a size");
  }

  @Test
  void programsAreToldInJson() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());
    run("doctor", "--json");
    var findings = Json.parse(out.toString().strip().getBytes(StandardCharsets.UTF_8));

    var first = findings.get("findings").elements().iterator().next();
    assertThat(first.get("subject").text()).isEqualTo("settings");
    assertThat(first.get("health").text()).isEqualTo("good");
  }

  private void settings(int port, String openai) throws IOException {
    Files.writeString(
        directory.resolve("refrain.yaml"),
        """
        listen: 127.0.0.1:%d
        data: store
        upstreams:
          openai: {url: "%s"}
          anthropic: {url: "%s"}
          gemini: {url: "%s"}
          ollama: {url: "%s"}
        """
            .formatted(port, openai, openai, openai, openai));
  }

  private static int nobody() throws IOException {
    return FreePort.any();
  }

  private int run(String... args) {
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, environment);
    Server none =
        settings -> {
          throw new IOException("not here");
        };
    return new Program(surroundings, none, Runnable::run).run(args);
  }
}
