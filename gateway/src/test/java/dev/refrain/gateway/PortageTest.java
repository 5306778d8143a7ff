package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.refrain.gateway.cli.Program;
import dev.refrain.gateway.cli.Surroundings;
import dev.refrain.gateway.keys.Keys;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.settings.Admin;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Shared;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Entries go into files and come back, to those who may have them and to nobody else. */
@Timeout(90)
final class PortageTest {
  private static final String MINE = "authorization: Bearer sk-mine";
  private static final String YOURS = "authorization: Bearer sk-yours";
  private static final Secret SECRET = new Secret("a-secret-of-some-length");
  private static final String FILE = "answers.jsonl";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path directory;

  @Test
  void whatWasExportedIsServedAgainByteForByte() throws Exception {
    var sound = RandomBytes.of(100_000);
    var request = speech("La");
    String stream;
    try (var stage = start(on("a"))) {
      keep(stage, "Who?");
      stage.provider().next(Acts.reply(Wire.stream(Samples.events("one", " two"))));
      stream = stage.chat(chatStream("What?"), MINE).text();
      stage.provider().next(Acts.reply(Wire.reply(200, sound, "content-type: audio/mpeg")));
      assertThat(stage.call(request).body()).isEqualTo(sound);

      assertThat(run(stage, "export", FILE)).isZero();
      assertThat(run(stage, "import", FILE)).isZero();
      assertThat(out.toString()).endsWith("0 taken in, 3 were there, 0 too old.\n");
    }
    lose("a");
    try (var stage = start(on("a"))) {
      assertThat(isKept(stage, "Who?", MINE)).isFalse();
      assertThat(run(stage, "import", FILE)).isZero();
      assertThat(out.toString()).endsWith("3 taken in, 0 were there, 0 too old.\n");
      assertThat(stage.chat(chat("Who?"), MINE).text()).isEqualTo(Samples.COMPLETION);
      assertThat(stage.chat(chatStream("What?"), MINE).text()).isEqualTo(stream);
      var again = stage.call(request);
      assertThat(again.isHit()).isTrue();
      assertThat(again.body()).isEqualTo(sound);
      assertThat(isKept(stage, "Who?", YOURS)).isFalse();
    }
  }

  @Test
  void whatIsLargePassesBitByBit() throws Exception {
    var sound = RandomBytes.of(2 << 20);
    try (var stage = start(on("a"))) {
      for (int i = 0; i < 3; i++) {
        stage.provider().next(Acts.reply(Wire.reply(200, sound, "content-type: audio/mpeg")));
        assertThat(stage.call(speech("La " + i)).body()).isEqualTo(sound);
      }
      assertThat(run(stage, "export", FILE)).isZero();
      assertThat(Files.size(directory.resolve(FILE))).isGreaterThan(3L * sound.length);
    }
    lose("a");
    try (var stage = start(on("a"))) {
      assertThat(run(stage, "import", FILE)).isZero();
      for (int i = 0; i < 3; i++) {
        var reply = stage.call(speech("La " + i));
        assertThat(reply.isHit()).isTrue();
        assertThat(reply.body()).isEqualTo(sound);
      }
    }
  }

  private static byte[] speech(String text) {
    return Wire.post(
        "/v1/audio/speech",
        "{\"model\":\"tts-1\",\"input\":\"%s\",\"voice\":\"alloy\"}".formatted(text),
        MINE,
        "content-type: application/json");
  }

  @Test
  void whoHangsUpInTheMidstLeavesNothingBehind() throws Exception {
    try (var stage = start(on("a"))) {
      keep(stage, "Who?");
      run(stage, "export", FILE);
      for (int i = 0; i < 6; i++) { // more than are served at once
        try (var client = stage.client()) {
          client.send(
              Wire.join(
                  Wire.head(
                      "POST /-/api/import HTTP/1.1",
                      "host: localhost",
                      "content-length: 1000000",
                      "content-type: application/x-ndjson"),
                  Files.readAllBytes(directory.resolve(FILE))));
        }
      }
      Poll.until("there is room again", () -> run(stage, "import", FILE) == 0);
    }
  }

  @Test
  void theFileIsForItsOwnerAndPackedIfItsNameSaysSo() throws Exception {
    try (var stage = start(on("a"))) {
      keep(stage, "Who?");
      assertThat(run(stage, "export", FILE + ".zst", "--json")).isZero();
    }
    lose("a");
    try (var stage = start(on("a"))) {
      assertThat(run(stage, "import", FILE + ".zst")).isZero();
      assertThat(isKept(stage, "Who?", MINE)).isTrue();
    }
    var file = directory.resolve(FILE + ".zst");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    long bytes = member(out.toString().lines().findFirst().orElseThrow(), "bytes").asLong(0);
    var unpacked = new byte[(int) bytes];
    assertThat(Zstd.decompress(unpacked, Files.readAllBytes(file))).isEqualTo(bytes);
    assertThat(new String(unpacked, UTF_8)).startsWith("{\"refrain\":\"export\",\"version\":1,");
    try (var files = Files.list(directory)) {
      assertThat(files).noneMatch(other -> other.toString().endsWith(".partial"));
    }
  }

  @Test
  void whatWasInvalidatedSinceNeverComesBack() throws Exception {
    try (var stage = start(on("a"))) {
      keep(stage, "Who?", "cache-tag: doc:42");
      keep(stage, "What?");
      run(stage, "export", FILE);
      run(stage, "invalidate", "--tag", "doc:42");

      assertThat(run(stage, "import", FILE)).isEqualTo(1);
      assertThat(run(stage, "import", FILE, "--adopt")).isEqualTo(1);
      assertThat(err.toString()).contains("retired: invalidated since, or of another store");
      assertThat(isKept(stage, "Who?", MINE)).isFalse();
      assertThat(isKept(stage, "What?", MINE)).isTrue();
    }
  }

  @Test
  void anotherStoreOfTheSameSecretAdoptsThem() throws Exception {
    try (var stage = start(on("a", SECRET))) {
      keep(stage, "Who?");
      run(stage, "export", FILE);
    }
    try (var stage = start(on("b", SECRET))) {
      assertThat(run(stage, "import", FILE)).isEqualTo(1);
      assertThat(isKept(stage, "Who?", MINE)).isFalse();
      assertThat(run(stage, "import", FILE, "--adopt")).isZero();
      assertThat(isKept(stage, "Who?", MINE)).isTrue();
      assertThat(isKept(stage, "Who?", YOURS)).isFalse();
      run(stage, "invalidate", "--all");
      assertThat(run(stage, "import", FILE, "--adopt")).isEqualTo(1);
      assertThat(isKept(stage, "Who?", MINE)).isFalse();
    }
    try (var stage = start(on("b", SECRET))) { // which remembers
      assertThat(run(stage, "import", FILE, "--adopt")).isEqualTo(1);
      assertThat(isKept(stage, "Who?", MINE)).isFalse();
    }
  }

  @Test
  void anotherDeploymentBelievesOnlyWhatItIsToldTo() throws Exception {
    String acme = key("keys-a.json", "acme");
    String other = key("keys-a.json", "other");
    try (var stage = start(with("keys-a.json"))) {
      keepAs(stage, "Who?", acme);
      keepAs(stage, "Who?", other);
      run(stage, "export", FILE);
    }
    String acmeThere = key("keys-b.json", "acme");
    String otherThere = key("keys-b.json", "other");
    try (var stage = start(with("keys-b.json"))) {
      assertThat(run(stage, "import", FILE, "--adopt")).isEqualTo(1);
      assertThat(err.toString()).contains("foreign: of another deployment, and of tenant:acme");
      assertThat(isKept(stage, "Who?", acmeThere)).isFalse();
      assertThat(run(stage, "import", FILE, "--trust", "tenant:acme")).isEqualTo(1);
      assertThat(isKept(stage, "Who?", acmeThere)).as("not adopted").isFalse();
      assertThat(run(stage, "import", FILE, "--adopt", "--trust", "tenant:acme")).isEqualTo(1);
      assertThat(isKept(stage, "Who?", acmeThere)).isTrue();
      assertThat(isKept(stage, "Who?", otherThere)).isFalse();
    }
  }

  @Test
  void whoSharesAProvidersKeyInAnotherDeploymentGetsNothing() throws Exception {
    try (var stage = start(on("a"))) {
      keep(stage, "Who?");
      run(stage, "export", FILE);
    }
    try (var stage = start(on("b"))) {
      var text = Files.readString(directory.resolve(FILE));
      var scope = text.replaceFirst("(?s).*scope:([^\"]+)\".*", "$1");
      assertThat(scope).startsWith("credentials:");
      run(stage, "import", FILE, "--adopt", "--trust", scope);
      assertThat(isKept(stage, "Who?", MINE)).isFalse();
    }
  }

  @Test
  void whatWasTamperedWithIsNamedByItsLine() throws Exception {
    try (var stage = start(on("a"))) {
      keep(stage, "Who?");
      keep(stage, "What?");
      run(stage, "export", FILE);
    }
    lose("a");
    try (var stage = start(on("a"))) {
      var file = directory.resolve(FILE);
      var lines = lines();
      var poisoned = lines.get(1).replace("Grüße", "Mist!");
      assertThat(poisoned).isNotEqualTo(lines.get(1));
      Files.write(file, List.of(lines.get(0), poisoned, "?", lines.get(2)));

      assertThat(run(stage, "import", FILE, "--json")).isEqualTo(1);
      var report = out.toString().lines().reduce((first, last) -> last).orElseThrow();
      assertThat(member(report, "kept").asLong(-1)).isEqualTo(1);
      assertThat(member(report, "damaged").asLong(-1)).isEqualTo(1);
      assertThat(member(report, "malformed").asLong(-1)).isEqualTo(1);
      assertThat(member(report, "cut").asBoolean(false)).isTrue();
      assertThat(member(report, "told").toString()).contains("\"line\":2", "\"line\":3");
      out.getBuffer().setLength(0);
      Files.writeString(file, "{\"refrain\":\"export\",\"version\":2,\"deployment\":\"\"}\n");
      assertThat(run(stage, "import", FILE)).isEqualTo(1);
      assertThat(err.toString()).contains("of version 2; this program reads 1");
    }
  }

  @Test
  void onlyWhatHasTheTagIsWritten() throws Exception {
    try (var stage = start(on("a"))) {
      keep(stage, "Who?", "cache-tag: a&b");
      keep(stage, "What?");
      run(stage, "export", FILE, "--tag", "a&b", "--tag", "model:gpt-test");
      assertThat(lines()).hasSize(3);
      assertThat(run(stage, "export", FILE, "--tag", "none")).isZero();
      assertThat(lines()).hasSize(2);
    }
  }

  @Test
  void whereNoGatewayRunsTheStoreIsOpened() throws Exception {
    var store = directory.resolve("store");
    Files.writeString(
        directory.resolve("refrain.yaml"), "listen: 127.0.0.1:1\ndata: %s\n".formatted(store));
    try (var stage = start(setup -> setup.data(new Data(store, 64 << 20, List.of(), null)))) {
      keep(stage, "Who?");
      assertThat(program("export", FILE)).isEqualTo(3);
      assertThat(err.toString()).contains("is in use by process");
    }
    assertThat(program("export", FILE)).isZero();
    assertThat(program("import", FILE)).isZero();
    assertThat(out.toString()).endsWith("0 taken in, 1 were there, 0 too old.\n");
    assertThat(program("import", "missing.jsonl")).isEqualTo(1);
    assertThat(err.toString()).contains("cannot read missing.jsonl");
  }

  @Test
  void aFleetFindsWhatWasTakenInByOneOfIt() throws Exception {
    try (var stage = start(on("a", SECRET))) {
      keep(stage, "Who?");
      run(stage, "export", FILE);
    }
    try (var redis = RedisServer.start();
        var one = start(shared(redis));
        var other = start(shared(redis))) {
      one.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
      Poll.until(
          "it is taken in",
          () -> {
            out.getBuffer().setLength(0);
            run(one, "import", FILE, "--adopt");
            return out.toString().contains("0 taken in, 1 were there");
          });
      Poll.until("the other finds it", () -> isKeptNow(other));
    }
  }

  @Test
  void nobodyButTheOperatorMayDoIt() throws Exception {
    var token = new Admin(new Secret("0123456789abcdef"), false, List.of());
    try (var stage = start(setup -> setup.admin(token))) {
      var export = Wire.head("GET /-/api/export HTTP/1.1", "host: localhost");
      assertThat(stage.call(export).status()).isEqualTo(401);
      assertThat(run(stage, "export", FILE)).isEqualTo(4);
      assertThat(directory.resolve(FILE)).doesNotExist();
      Files.writeString(directory.resolve(FILE), "?\n");
      assertThat(run(stage, "import", FILE)).isEqualTo(4);
    }
    try (var stage = start(setup -> setup)) {
      for (var type :
          List.of("application/json", "text/plain", "application/x-www-form-urlencoded")) {
        var form =
            Wire.head(
                "POST /-/api/import HTTP/1.1",
                "host: localhost",
                "content-length: 0",
                "content-type: " + type);
        assertThat(stage.call(form).status()).isEqualTo(415);
      }
    }
  }

  private List<String> lines() throws IOException {
    var lines = Files.readAllLines(directory.resolve(FILE));
    return lines.stream().filter(line -> !line.isEmpty()).toList();
  }

  private UnaryOperator<Setup> on(String store, Secret... secrets) {
    var data = new Data(directory.resolve(store), 64 << 20, List.of(secrets), null);
    return setup -> setup.data(data);
  }

  private static UnaryOperator<Setup> shared(RedisServer redis) {
    var shared = new Shared(new Secret(redis.url()), "refrain", Duration.ofSeconds(3));
    return setup -> setup.data(new Data(null, 0, List.of(SECRET), shared));
  }

  private UnaryOperator<Setup> with(String keys) {
    var data = new Data(directory.resolve("store-" + keys), 64 << 20, List.of(), null);
    var access = new Access(directory.resolve(keys), Map.of());
    return setup -> setup.data(data).access(access);
  }

  private String key(String file, String tenant) throws Exception {
    return "authorization: Bearer " + Keys.of(tenant).addTo(directory.resolve(file));
  }

  private static Stage start(UnaryOperator<Setup> change) throws Exception {
    return Stage.set(change);
  }

  private static void keep(Stage stage, String question, String... headers) throws Exception {
    var all = new String[headers.length + 1];
    all[0] = MINE;
    System.arraycopy(headers, 0, all, 1, headers.length);
    stage.provider().next(Acts.reply(Wire.json(Samples.COMPLETION)));
    assertThat(stage.chat(chat(question), all).isHit()).isFalse();
  }

  private static void keepAs(Stage stage, String question, String key) throws Exception {
    stage.provider().next(Acts.reply(Wire.json(Samples.COMPLETION)));
    assertThat(stage.chat(chat(question), key).isHit()).isFalse();
  }

  private static boolean isKept(Stage stage, String question, String key) throws Exception {
    return stage.chat(chat(question), key, "cache-control: only-if-cached").status() == 200;
  }

  private static boolean isKeptNow(Stage stage) {
    try {
      return isKept(stage, "Who?", MINE);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Loses all answers, and no epoch. */
  private void lose(String store) throws IOException {
    try (var files = Files.newDirectoryStream(directory.resolve(store), "answers.db*")) {
      for (var file : files) {
        Files.delete(file);
      }
    }
  }

  private static Json member(String json, String name) {
    try {
      return Objects.requireNonNull(Json.parse(json.getBytes(UTF_8)).get(name));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private int run(Stage stage, String... args) {
    var all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--gateway";
    all[args.length + 1] = "http://127.0.0.1:" + stage.port();
    return program(all);
  }

  private int program(String... args) {
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
