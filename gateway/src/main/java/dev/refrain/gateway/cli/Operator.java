package dev.refrain.gateway.cli;

import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.settings.Flags;
import dev.refrain.gateway.settings.SettingsLoader;
import dev.refrain.gateway.settings.SettingsRefusedException;
import dev.refrain.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What the commands have in common that talk to a gateway which runs. */
final class Operator {
  static final String EXIT_CODES =
      "Exit codes: 0 done, 1 it cannot be done, 2 wrong use or settings,\n"
          + "3 no gateway answers, 4 not let in";

  private final Surroundings surroundings;
  private final Offline offline;

  /** What a command does with a gateway. */
  @FunctionalInterface
  interface Errand<D extends Desk> {
    /** Does it, and returns the exit code. */
    int run(D desk) throws CommandFailure, InterruptedException;
  }

  /** Returns by which prices a command counts. */
  Prices prices(ParseResult parsed) throws CommandFailure {
    try {
      return PriceTable.read(parsed, surroundings, loader().whereabouts(flags(parsed)).prices());
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, String.valueOf(e.getMessage()));
    } catch (SettingsRefusedException e) {
      throw new IllegalStateException("they were read to find the gateway", e);
    }
  }

  /** For commands that need a gateway which runs. */
  Operator(Surroundings surroundings) {
    this(
        surroundings,
        settings -> {
          throw new IOException("nothing can be opened here");
        });
  }

  Operator(Surroundings surroundings, Offline offline) {
    this.surroundings = surroundings;
    this.offline = offline;
  }

  /** Adds the options that all these commands have. */
  static CommandSpec with(CommandSpec command) {
    command
        .addOption(
            KeysCommand.option(
                "--gateway", "URL", "Where the gateway is; else where the settings say."))
        .addOption(
            KeysCommand.option("--config", "FILE", "The settings; refrain.yaml if that is here."))
        .addOption(OptionSpec.builder("--json").description("Print JSON, for programs.").build())
        .addOption(Program.help());
    command.usageMessage().sortOptions(false).optionListHeading("%nOptions:%n");
    return command;
  }

  /** Runs a command that needs a gateway which runs, or shows its help. */
  int execute(ParseResult parsed, Errand<GatewayClient> errand) {
    return execute(
        parsed,
        () -> {
          try (var gateway = gateway(parsed)) {
            return errand.run(gateway);
          }
        });
  }

  /**
   * Runs a command, or shows its help: with the gateway of the settings or, where none runs, with
   * what that has left behind.
   */
  int executeAnywhere(ParseResult parsed, Errand<Desk> errand) {
    return execute(
        parsed,
        () -> {
          try (var gateway = gateway(parsed)) {
            return errand.run(gateway);
          } catch (CommandFailure e) {
            if (!e.nobodyThere() || parsed.hasMatchedOption("--gateway")) {
              throw e;
            }
            return withoutGateway(parsed, errand, e);
          }
        });
  }

  private int withoutGateway(ParseResult parsed, Errand<Desk> errand, CommandFailure failure)
      throws CommandFailure, InterruptedException, SettingsRefusedException {
    var settings = loader().load(flags(parsed)).settings();
    if (settings.data().shared() != null) {
      throw new CommandFailure(
          failure.exitCode(),
          failure.getMessage() + "; what a fleet shares, one that runs must be told");
    }
    try (var desk = new OfflineDesk(offline.open(settings))) {
      return errand.run(desk);
    } catch (IOException e) {
      throw new CommandFailure(
          failure.exitCode(), failure.getMessage() + "; its store: " + e.getMessage());
    }
  }

  /** What may end in each of these ways. */
  private interface Task {
    int run() throws CommandFailure, InterruptedException, SettingsRefusedException;
  }

  private int execute(ParseResult parsed, Task task) {
    if (parsed.isUsageHelpRequested()) {
      parsed.commandSpec().commandLine().usage(surroundings.out());
      return ExitCode.OK;
    }
    try {
      return task.run();
    } catch (SettingsRefusedException e) {
      Program.refuse(e, surroundings);
      return ExitCode.WRONG_USE;
    } catch (CommandFailure e) {
      surroundings.err().println("refrain: " + e.getMessage());
      return e.exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.CANNOT_RUN;
    }
  }

  /** Prints what a gateway said, for programs. */
  void print(Json json) {
    var bytes = new ByteArrayOutputStream();
    json.writeRaw(bytes::write);
    surroundings.out().println(bytes.toString(StandardCharsets.UTF_8));
  }

  private GatewayClient gateway(ParseResult parsed)
      throws SettingsRefusedException, CommandFailure {
    var settings = loader().whereabouts(flags(parsed));
    String url = parsed.matchedOptionValue("--gateway", null);
    var listen = settings.listen();
    String place = (url == null) ? Greeting.url(listen, listen.port()) : url;
    return new GatewayClient(url(place), settings.token());
  }

  private SettingsLoader loader() {
    return new SettingsLoader(
        surroundings.directory(), surroundings.environment(), Runtime.getRuntime().maxMemory());
  }

  private static Flags flags(ParseResult parsed) {
    String config = parsed.matchedOptionValue("--config", null);
    return new Flags(config, null, null, List.of(), List.of());
  }

  private static URI url(String text) throws CommandFailure {
    try {
      var url = new URI(text);
      if (url.getHost() != null
          && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new CommandFailure(
        ExitCode.WRONG_USE, "--gateway takes a URL, such as http://127.0.0.1:8484");
  }
}
