package dev.refrain.gateway.cli;

import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.gateway.settings.Flags;
import dev.refrain.gateway.settings.SettingsLoader;
import dev.refrain.gateway.settings.SettingsRefusedException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code refrain keys}: makes, lists and revokes gateway keys. */
final class KeysCommand implements Command {
  private final Surroundings surroundings;
  private final KeysAdd add;
  private final KeysList list;
  private final KeysRevoke revoke;

  KeysCommand(Surroundings surroundings, InstantSource clock) {
    this.surroundings = surroundings;
    add = new KeysAdd(surroundings, clock);
    list = new KeysList(surroundings, clock);
    revoke = new KeysRevoke(surroundings);
  }

  @Override
  public CommandSpec specification() {
    var keys =
        CommandSpec.create()
            .addOption(Program.help())
            .addSubcommand("add", with(add.specification()))
            .addSubcommand("list", with(list.specification()))
            .addSubcommand("revoke", with(revoke.specification()));
    keys.usageMessage()
        .description("Makes, lists and revokes the keys with which callers ask the gateway.")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .footer(
            "",
            "The keys are in the file that the setting 'keys' names; a gateway that runs sees",
            "each change within a second. Without that setting, callers show the providers'",
            "own keys.",
            "",
            "Examples:",
            "  refrain keys add acme",
            "  refrain keys list",
            "  refrain keys revoke 3f1c09a7b2de",
            "",
            Program.EXIT_CODES);
    return keys;
  }

  private static CommandSpec with(CommandSpec command) {
    command
        .addOption(option("--keys", "FILE", "The file of keys; else the setting 'keys' names it."))
        .addOption(option("--config", "FILE", "The settings; refrain.yaml if that is here."))
        .addOption(OptionSpec.builder("--json").description("Print JSON, for programs.").build())
        .addOption(Program.help());
    command.usageMessage().sortOptions(false).optionListHeading("%nOptions:%n");
    return command;
  }

  static OptionSpec option(String name, String value, String help) {
    return OptionSpec.builder(name).type(String.class).paramLabel(value).description(help).build();
  }

  @Override
  public int execute(ParseResult parsed) {
    var command = parsed.subcommand();
    var asked = (command == null) ? parsed : command;
    if (command == null || command.isUsageHelpRequested()) {
      asked.commandSpec().commandLine().usage(surroundings.out());
      return ExitCode.OK;
    }
    try {
      var file = file(command);
      return switch (command.commandSpec().name()) {
        case "add" -> add.execute(command, file);
        case "list" -> list.execute(command, file);
        case "revoke" -> revoke.execute(command, file);
        default -> throw new IllegalStateException(command.commandSpec().name());
      };
    } catch (SettingsRefusedException e) {
      Program.refuse(e, surroundings);
      return ExitCode.WRONG_USE;
    } catch (IOException e) {
      surroundings.err().println("refrain: " + e.getMessage());
      return ExitCode.CANNOT_RUN;
    }
  }

  private KeysFile file(ParseResult command) throws SettingsRefusedException {
    String named = command.matchedOptionValue("--keys", null);
    if (named != null) {
      return new KeysFile(surroundings.directory().resolve(named));
    }
    String config = command.matchedOptionValue("--config", null);
    var flags = new Flags(config, null, null, List.of(), List.of());
    var file =
        new SettingsLoader(
                surroundings.directory(),
                surroundings.environment(),
                Runtime.getRuntime().maxMemory())
            .keys(flags);
    if (file == null) {
      throw new ParameterException(
          command.commandSpec().commandLine(),
          "No file of keys is set: put 'keys: keys.json' into refrain.yaml, or use --keys FILE");
    }
    return new KeysFile(surroundings.directory().resolve(file));
  }
}
