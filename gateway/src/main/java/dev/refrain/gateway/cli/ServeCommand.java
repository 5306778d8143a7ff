package dev.refrain.gateway.cli;

import dev.refrain.gateway.cli.Server.Running;
import dev.refrain.gateway.settings.Flags;
import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.gateway.settings.SettingsLoader;
import dev.refrain.gateway.settings.SettingsReference;
import dev.refrain.gateway.settings.SettingsRefusedException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain serve}: runs the gateway until it is told to stop. */
final class ServeCommand implements Command {
  private final Surroundings surroundings;
  private final Server server;
  private final Ending ending;

  ServeCommand(Surroundings surroundings, Server server, Ending ending) {
    this.surroundings = surroundings;
    this.server = server;
    this.ending = ending;
  }

  @Override
  public CommandSpec specification() {
    var serve =
        CommandSpec.create()
            .addOption(option("--listen", "HOST:PORT", SettingsReference.ofFlag("listen")))
            .addOption(
                list(
                    "--upstream",
                    "NAME=URL",
                    "Where a provider is; openai, anthropic, gemini and ollama are known."))
            .addOption(option("--memory", "SIZE", SettingsReference.ofFlag("memory")))
            .addOption(
                option(
                    "--data",
                    "DIR|none",
                    "Where answers outlast the process; none: in memory alone",
                    "(~/.local/share/refrain, or in $XDG_DATA_HOME)."))
            .addOption(option("--config", "FILE", "The settings; refrain.yaml if that is here."))
            .addOption(list("--set", "PATH=VALUE", "Sets anything of the list below."))
            .addOption(Program.help());
    serve
        .usageMessage()
        .description("Runs the gateway until it is told to stop.")
        .sortOptions(false)
        .optionListHeading("%nOptions:%n")
        .footer(
            "",
            "Examples:",
            "  refrain serve",
            "  refrain serve --listen 0.0.0.0:8484 --memory 1GiB",
            "  refrain serve --upstream local=http://127.0.0.1:8000 --set cache.ttl=12h",
            "  REFRAIN_LIMITS_REPLY_MAX=16MiB refrain serve --config /etc/refrain.yaml",
            "",
            "Exit codes: 1 it cannot run, 2 wrong use or settings, 130 or 143 told to stop");
    return serve;
  }

  private static OptionSpec option(String name, String value, String... help) {
    return OptionSpec.builder(name).type(String.class).paramLabel(value).description(help).build();
  }

  private static OptionSpec list(String name, String value, String help) {
    return OptionSpec.builder(name)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(value)
        .description(help + " May be repeated.")
        .build();
  }

  @Override
  public int execute(ParseResult parsed) {
    if (parsed.isUsageHelpRequested()) {
      parsed.commandSpec().commandLine().usage(surroundings.out());
      surroundings.out().println();
      surroundings.out().print(SettingsReference.forTerminal());
      return ExitCode.OK;
    }
    try {
      return serve(load(parsed));
    } catch (SettingsRefusedException e) {
      Program.refuse(e, surroundings);
      return ExitCode.WRONG_USE;
    }
  }

  private LoadedSettings load(ParseResult parsed) throws SettingsRefusedException {
    var flags =
        new Flags(
            parsed.matchedOptionValue("--config", null),
            parsed.matchedOptionValue("--listen", null),
            parsed.matchedOptionValue("--memory", null),
            parsed.matchedOptionValue("--data", null),
            parsed.matchedOptionValue("--upstream", List.<String>of()),
            parsed.matchedOptionValue("--set", List.<String>of()));
    long heapBytesMax = Runtime.getRuntime().maxMemory();
    return new SettingsLoader(surroundings.directory(), surroundings.environment(), heapBytesMax)
        .load(flags);
  }

  private int serve(LoadedSettings loaded) {
    for (var warning : loaded.warnings()) {
      surroundings.err().println("refrain: " + warning);
    }
    surroundings.err().flush();
    var settings = loaded.settings();
    try {
      var running = server.start(loaded);
      new Greeting(loaded, running).print(surroundings);
      ending.await(() -> stop(running, settings));
      return ExitCode.OK;
    } catch (IOException e) {
      surroundings.err().println("refrain: " + StartFailure.explain(e, settings.listen()));
      return ExitCode.CANNOT_RUN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.CANNOT_RUN;
    }
  }

  private void stop(Running running, Settings settings) {
    int calls = running.callsUnderWay();
    String left =
        switch (calls) {
          case 0 -> "no call is under way";
          case 1 -> "finishing 1 call";
          default -> "finishing " + calls + " calls";
        };
    long seconds = settings.connections().drainTime().toSeconds();
    surroundings
        .out()
        .println("Stopping: " + left + ((calls == 0) ? "" : ", for at most " + seconds + " s"));
    surroundings.out().flush();
    running.stop();
  }
}
