package dev.refrain.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/** The program as its users see it: what they write, what they read, and what their shells get. */
final class ProgramTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  private final FakeServer server = new FakeServer();
  private boolean coloured;
  @TempDir Path directory;

  /** Remembers what happens to it. */
  private static final class FakeServer implements Server, Server.Running {
    @Nullable Settings settings;
    @Nullable IOException failure;
    int callsUnderWay;
    boolean running;

    @Override
    public Running start(LoadedSettings loaded) throws IOException {
      settings = loaded.settings();
      if (failure != null) {
        throw failure;
      }
      running = true;
      return this;
    }

    @Override
    public int port() {
      return (settings.listen().port() == 0) ? 40404 : settings.listen().port();
    }

    @Override
    public int callsUnderWay() {
      return callsUnderWay;
    }

    @Override
    public void stop() {
      running = false;
    }
  }

  @AfterEach
  void nothingIsLeftRunning() {
    assertThat(server.running).isFalse();
  }

  @Test
  void withoutArgumentsItSaysWhatItIs() {
    assertThat(run()).isZero();
    assertThat(out)
        .hasToString(
            """
            Usage: refrain [-hV] [COMMAND]
            Refrain keeps the answers of language models and gives them again.

            Options:
              -h, --help      Print this help.
              -V, --version   Print the version.

            Commands:
              serve       Runs the gateway until it is told to stop.
              stats       Shows what the cache does, and what it saves.
              invalidate  Retires answers in one step, however many.
              explain     Says why a request is answered from the cache, or why not.
              estimate    Says what a recorded log of calls would have saved.
              warm        Sends requests, so that their answers lie in the cache.
              export      Writes what is kept, an entry a line, to be imported again.
              import      Takes in what was exported, as far as it may still be given.
              keys        Makes, lists and revokes the keys with which callers ask the
                            gateway.
              doctor      Looks for what is wrong, and says what to do about it.
              completion  Prints a script by which a shell completes commands.

            To begin with:
              refrain serve
              curl 'http://127.0.0.1:8484/ask?q=What+is+a+refrain'

            More on a command: refrain COMMAND --help
            """);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void thereAreSeveralWaysToAskForHelp() {
    assertThat(run("--help")).isZero();
    assertThat(run("-h")).isZero();
    assertThat(run("help")).isZero();
    assertThat(out.toString().split("Usage: refrain ", -1)).hasSize(4);
  }

  @Test
  void theServerHasTheSameHelpWhetherOthersAreDescribedWithItOrNot() {
    var amongAll = program().specification().subcommands().get("serve");
    assertThat(run("serve", "--help")).isZero();
    assertThat(out.toString()).startsWith(amongAll.getUsageMessage(Ansi.OFF));
  }

  @Test
  void eachHelpShowsAnExampleAndFitsATerminal() {
    var commands = commands(program().specification()).toList();
    assertThat(commands).hasSizeGreaterThan(13).allSatisfy(ProgramTest::assertHelps);
  }

  private static Stream<CommandSpec> commands(CommandSpec above) {
    return above.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .flatMap(command -> Stream.concat(Stream.of(command), commands(command)));
  }

  /** What is longer would be broken in the middle, examples too. */
  private static void assertHelps(CommandSpec command) {
    var help = String.join("\n", command.usageMessage().footer());
    assertThat(help).contains("Example", "  " + command.qualifiedName(), "Exit codes: ");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void whatIsMissingIsNamed() {
    for (var command : List.of("explain", "warm", "import", "completion", "estimate")) {
      assertThat(run(command)).as(command).isEqualTo(2);
    }
    assertThat(err.toString()).contains("Missing required parameter: 'FILE|ID'");
  }

  @Test
  void itKnowsItsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(run("-V")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            ("refrain unpacked (Java " + Runtime.version().feature() + "…)\n")
                .repeat(2)
                .replace(Runtime.version().feature() + "…", System.getProperty("java.version")));
  }

  @Test
  void theHelpOfServeShowsExamplesAndAllSettings() {
    assertThat(run("serve", "--help")).isZero();
    String help = out.toString();
    assertThat(run("help", "serve")).isZero();

    assertThat(out.toString()).isEqualTo(help + help);
    assertThat(help)
        .startsWith("Usage: refrain serve [OPTIONS]\n")
        .contains("Examples:\n  refrain serve\n")
        .contains("--listen=HOST:PORT    Where clients connect (127.0.0.1:8484).\n")
        .contains("  cache.ttl                      24h\n      How long an answer is fresh\n")
        .contains("Exit codes: ");
    assertThat(help.lines()).allMatch(line -> line.length() <= 90);
    assertThat(server.settings).isNull();
  }

  @Test
  void itServesUntilToldToStop() {
    assertThat(run("serve")).isZero();

    assertThat(server.settings).isNotNull();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .matches(
            """
            Refrain unpacked serves http://127.0.0.1:8484
              upstreams  openai     https://api.openai.com
                         anthropic  https://api.anthropic.com
                         gemini     https://generativelanguage.googleapis.com
                         ollama     http://127.0.0.1:11434
              keeps      up to \\d+ MiB of answers in memory, nothing on disk
              clients    use http://127.0.0.1:8484/v1 as the base URL of OpenAI's

            Try it twice, with no key and no network; the second answer comes at once:
              curl 'http://127.0.0.1:8484/ask\\?q=What\\+is\\+a\\+refrain'
              curl -N http://127.0.0.1:8484/v1/chat/completions -H 'content-type: application/json'\
             -d '\\{"model":"demo","stream":true,"messages":\\[\\{"role":"user","content":"Hello"}]}'
            Stopping: no call is under way
            """);
  }

  @Test
  void itTellsOfTheRealPortAndOfTheSources() throws IOException {
    Files.writeString(directory.resolve("refrain.yaml"), "demo:\n  enabled: false\n");
    environment.put("REFRAIN_MEMORY", "64MiB");

    assertThat(run("serve", "--listen", "0.0.0.0:0", "--upstream", "local=http://h:1/x")).isZero();
    assertThat(out)
        .hasToString(
            """
            Refrain unpacked serves http://127.0.0.1:40404 and all other addresses of this machine
              upstreams  openai     https://api.openai.com
                         anthropic  https://api.anthropic.com
                         gemini     https://generativelanguage.googleapis.com
                         ollama     http://127.0.0.1:11434
                         local      http://h:1/x
              keeps      up to 64 MiB of answers in memory, nothing on disk
              settings   from --listen, REFRAIN_MEMORY, refrain.yaml, --upstream local
              clients    use http://127.0.0.1:40404/v1 as the base URL of OpenAI's
            Stopping: no call is under way
            """);
  }

  @Test
  void whereKeysAreNeededItSaysSo() {
    assertThat(run("serve", "--set", "keys=keys.json")).isZero();

    assertThat(out.toString())
        .contains("\n  callers    need a key: refrain keys add TENANT\n")
        .contains("/ask?")
        .doesNotContain("curl -N");
  }

  @Test
  void withoutTheModelDemoAskIsNotOfferedForATrial() {
    assertThat(run("serve", "--listen=[::]:443", "--set=ask.model=gpt-5")).isZero();

    assertThat(out.toString())
        .startsWith(
            "Refrain unpacked serves http://[::1]:443 and all other addresses of this machine\n")
        .contains("curl -N http://[::1]:443/v1/chat/completions ")
        .doesNotContain("/ask?");
  }

  @Test
  void itIsColouredOnlyWherePeopleLook() {
    assertThat(run("serve")).isZero();
    assertThat(out.toString()).doesNotContain("\u001b");

    coloured = true;
    assertThat(run("serve")).isZero();
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("\u001b[1mhttp://127.0.0.1:8484\u001b[0m")
        .contains("\u001b[33m--version");
  }

  @Test
  void itSaysHowManyCallsItFinishes() {
    server.callsUnderWay = 1;
    assertThat(run("serve")).isZero();
    server.callsUnderWay = 12;
    assertThat(run("serve", "--set", "connections.drain-time=1m")).isZero();

    assertThat(out.toString().lines().filter(line -> line.startsWith("Stopping")))
        .containsExactly(
            "Stopping: finishing 1 call, for at most 30 s",
            "Stopping: finishing 12 calls, for at most 60 s");
  }

  @Test
  void aMemberOfAFleetSaysSoAndShowsNoPassword() {
    environment.put("REDIS_URL", "redis://:hush@host");

    assertThat(run("serve")).isZero();
    assertThat(out.toString())
        .contains("  fleet      shares answers and invalidations through redis://***@host\n")
        .doesNotContain("hush");
  }

  @Test
  void wrongSettingsAreAllTold() throws IOException {
    Files.writeString(directory.resolve("refrain.yaml"), "cache:\n  tll: 3h\n");
    environment.put("REFRAIN_MEMORY", "lots");

    assertThat(run("serve", "--set", "demo.time=soon")).isEqualTo(2);
    assertThat(err)
        .hasToString(
            """
            refrain: 3 settings are wrong
              refrain.yaml:2:3: unknown setting 'tll', did you mean 'ttl'?
              REFRAIN_MEMORY: expected a size such as 64KiB, 8MiB or 1GiB, not 'lots'
              --set demo.time: expected a time such as 250ms, 30s, 5m, 2h or 7d, not 'soon'
            """);
    assertThat(out.toString()).isEmpty();
    assertThat(server.settings).isNull();
  }

  @Test
  void oneWrongSettingIsOne() {
    assertThat(run("serve", "--config", "none.yaml")).isEqualTo(2);
    assertThat(err)
        .hasToString("refrain: a setting is wrong\n  --config: cannot read the file 'none.yaml'\n");
  }

  @Test
  void wrongUseIsToldWithWhatIsRight() {
    assertThat(run("serv")).isEqualTo(2);
    assertThat(run("serve", "--lisen")).isEqualTo(2);
    assertThat(run("serve", "--listen")).isEqualTo(2);
    assertThat(run("serve", "--memory", "1MiB", "--memory", "2MiB")).isEqualTo(2);
    assertThat(err)
        .hasToString(
            """
            refrain: Unmatched argument at index 0: 'serv'
            Did you mean: refrain serve?
            Try 'refrain --help'.
            refrain: Unknown option: '--lisen'
            Possible solutions: --listen
            Try 'refrain serve --help'.
            refrain: Missing required parameter for option '--listen' (HOST:PORT)
            Try 'refrain serve --help'.
            refrain: option '--memory' (SIZE) should be specified only once
            Try 'refrain serve --help'.
            """);
  }

  @Test
  void whyItCannotRunIsToldInOneLine() {
    assertThat(failureOf(new IOException("no server", new BindException("Address already in use"))))
        .isEqualTo(
            "refrain: cannot listen on 127.0.0.1:8484: the port is in use; stop what uses it, or"
                + " choose another (--listen HOST:PORT)\n");
    assertThat(failureOf(new BindException("bind(..) failed with error(-13): Permission denied")))
        .isEqualTo(
            "refrain: cannot listen on 127.0.0.1:8484: this user may not use that port; choose one"
                + " above 1023 (--listen HOST:PORT)\n");
    assertThat(failureOf(new BindException("Cannot assign requested address")))
        .isEqualTo(
            "refrain: cannot listen on 127.0.0.1:8484: this machine has no such address; 0.0.0.0"
                + " stands for all that it has\n");
    assertThat(failureOf(new IOException("the key does not fit the certificate")))
        .isEqualTo("refrain: cannot start: the key does not fit the certificate\n");
    assertThat(failureOf(new IOException()))
        .isEqualTo("refrain: cannot start: java.io.IOException\n");
  }

  private String failureOf(IOException cause) {
    err.getBuffer().setLength(0);
    server.failure = cause;
    assertThat(run("serve")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    return err.toString();
  }

  private int run(String... args) {
    return program().run(args);
  }

  private Program program() {
    var surroundings =
        new Surroundings(
            new PrintWriter(out), new PrintWriter(err), coloured, directory, environment);
    return new Program(surroundings, server, Runnable::run);
  }
}
