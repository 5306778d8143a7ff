package dev.refrain.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as operators and their scripts make them. */
final class KeysCommandTest {
  private static final String KEY = "rf-[A-Za-z0-9_-]{43}";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path directory;

  @BeforeEach
  void configure() throws Exception {
    Files.writeString(
        directory.resolve("refrain.yaml"),
        "keys: secret/keys.json\nupstreams: {openai: {credential-env: NOT_SET_IN_THIS_SHELL}}\n");
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, environment);
    Server none =
        settings -> {
          throw new AssertionError("nothing is to be served");
        };
    return new Program(surroundings, none, Runnable::run).run(args);
  }

  private KeysFile file() {
    return new KeysFile(directory.resolve("secret/keys.json"));
  }

  @Test
  void aKeyIsPrintedOnceAndAlone() throws Exception {
    assertThat(run("keys", "add", "acme")).isZero();

    var key = out.toString().strip();
    assertThat(out.toString()).matches(KEY + "\\R");
    assertThat(err.toString()).contains("shown only now").doesNotContain(key);
    assertThat(file().read().find(key).tenant()).isEqualTo("acme");
    assertThat(run("keys", "list")).isZero();
    assertThat(out.toString()).contains("acme").doesNotContain(key);
  }

  @Test
  void allThatAKeyIsGoodForCanBeSaid() throws Exception {
    assertThat(
            run(
                "keys",
                "add",
                "acme",
                "--scope",
                "all",
                "--model",
                "gpt-*",
                "--model=o3",
                "--credential",
                "openai=lab",
                "--expires",
                "2999-01-31",
                "--calls-per-minute",
                "1",
                "--calls-per-month",
                "2",
                "--tokens-per-month",
                "3",
                "--dollars-per-month",
                "4.50",
                "--json"))
        .isZero();

    var json = Json.parse(out.toString().getBytes(StandardCharsets.UTF_8));
    var key = file().read().find(json.get("key").text());
    assertThat(json.get("id").text()).isEqualTo(key.id());
    assertThat(key.scope()).isEqualTo("all");
    assertThat(key.models()).containsExactly("gpt-*", "o3");
    assertThat(key.credentials()).isEqualTo(Map.of("openai", "lab"));
    assertThat(key.expires()).hasToString("2999-01-31T00:00:00Z");
    assertThat(key.quota().toString())
        .contains("=1")
        .contains("=2")
        .contains("=3")
        .contains("=4500000000");

    assertThat(run("keys", "list", "--json")).isZero();
    var listed = Json.parse(out.toString().getBytes(StandardCharsets.UTF_8));
    for (var one : listed.elements()) {
      assertThat(one.get("tenant").text()).isEqualTo("acme");
      assertThat(one.get("hash")).isNull();
      assertThat(one.get("used").get("calls").asLong(-1)).isZero();
    }
    assertThat(listed.size()).isEqualTo(1);
    assertThat(run("keys", "list")).isZero();
    assertThat(out.toString())
        .matches(
            """
            ID            TENANT  SCOPE  MODELS    EXPIRES     CALLS  HITS  SENT  TOKENS  DOLLARS
            [0-9a-f]{12}  acme    all    gpt-\\*,o3  2999-01-31  0      0     0/2   0/3     0/4.5
            """);
  }

  @Test
  void keysAreRevokedAllOrNone() throws Exception {
    run("keys", "add", "acme");
    run("keys", "add", "bolt");
    var keys = file().read().keys();
    assertThat(run("keys", "revoke", keys.get(0).id(), "000000000000")).isEqualTo(1);
    assertThat(err.toString()).contains("none was revoked");
    assertThat(file().read().keys()).hasSize(2);

    assertThat(run("keys", "revoke", keys.get(0).id())).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("1 key is revoked.\n");
    assertThat(run("keys", "revoke", keys.get(1).id(), "--json")).isZero();
    assertThat(out.toString().strip()).isEqualTo("{\"revoked\":[\"" + keys.get(1).id() + "\"]}");
    assertThat(run("keys", "list")).isZero();
    assertThat(out.toString()).contains("There are no keys in ");
  }

  @Test
  void theFileCanBeNamed() throws Exception {
    assertThat(run("keys", "add", "acme", "--keys", "elsewhere.json")).isZero();
    assertThat(directory.resolve("elsewhere.json")).exists();
    environment.put("REFRAIN_KEYS", "third.json");
    assertThat(run("keys", "add", "acme")).isZero();
    assertThat(directory.resolve("third.json")).exists();
    assertThat(directory.resolve("secret")).doesNotExist();
  }

  @Test
  void withoutAFileNothingIsGuessed() throws Exception {
    Files.delete(directory.resolve("refrain.yaml"));
    assertThat(run("keys", "add", "acme")).isEqualTo(2);
    assertThat(err.toString()).contains("put 'keys: keys.json' into refrain.yaml");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keys add",
        "keys add -x",
        "keys add a/b",
        "keys add acme --expires 2001-01-31",
        "keys add acme --expires soon",
        "keys add acme --expires 0d",
        "keys add acme --calls-per-minute 0",
        "keys add acme --calls-per-month -1",
        "keys add acme --tokens-per-month 1k",
        "keys add acme --dollars-per-month 0",
        "keys add acme --dollars-per-month 1e3",
        "keys add acme --dollars-per-month $5",
        "keys add acme --model a*b",
        "keys add acme --credential lab",
        "keys add acme --credential openai=",
        "keys add acme --credential openai=a --credential openai=b",
        "keys add acme --scope=",
        "keys add acme --expires=",
        "keys add acme --calls-per-month=",
        "keys revoke",
        "keys remove x",
        "keys list x"
      })
  void wrongUseMakesNoKey(String line) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains("--help'");
    assertThat(out.toString()).isEmpty();
    assertThat(directory.resolve("secret")).doesNotExist();
  }

  @Test
  void aFileThatCannotBeReadIsLeftAlone() throws Exception {
    Files.createDirectories(directory.resolve("secret"));
    Files.writeString(directory.resolve("secret/keys.json"), "{");
    assertThat(run("keys", "add", "acme")).isEqualTo(1);
    assertThat(err.toString()).contains("is no file of keys");
    assertThat(out.toString()).isEmpty();
    assertThat(directory.resolve("secret/keys.json")).hasContent("{");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys", "keys add", "keys list", "keys revoke"})
  void theHelpShowsExamples(String command) {
    assertThat(run((command + " --help").split(" ", -1))).isZero();
    assertThat(out.toString())
        .startsWith("Usage: refrain " + command)
        .contains("Example")
        .contains("Exit codes: ");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 90);
  }
}
