package dev.refrain.gateway.cli;

import dev.refrain.gateway.settings.SettingsRefusedException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a whole. */
public final class Program {
  /** What the program tells its caller, in the help of commands that end by themselves. */
  static final String EXIT_CODES =
      "Exit codes: 0 done, 1 it cannot be done, 2 wrong use or settings";

  private static final String SERVE = "serve";

  private final Surroundings surroundings;
  private final Map<String, Command> commands = new LinkedHashMap<>(); // as they are shown

  /** Takes the server that can be started, and how one learns that it is to stop. */
  public Program(Surroundings surroundings, Server server, Ending ending) {
    this(
        surroundings,
        server,
        ending,
        settings -> {
          throw new IOException("nothing can be opened here");
        });
  }

  /** Takes also what opens the store of a gateway that does not run. */
  public Program(Surroundings surroundings, Server server, Ending ending, Offline offline) {
    this.surroundings = surroundings;
    commands.put(SERVE, new ServeCommand(surroundings, server, ending));
    commands.put("stats", new StatsCommand(surroundings));
    commands.put("invalidate", new InvalidateCommand(surroundings, offline));
    commands.put("explain", new ExplainCommand(surroundings, offline));
    commands.put("estimate", new EstimateCommand(surroundings, System.in));
    commands.put("warm", new WarmCommand(surroundings));
    commands.put("export", new ExportCommand(surroundings, offline, System.out));
    commands.put("import", new ImportCommand(surroundings, offline, System.in));
    commands.put("keys", new KeysCommand(surroundings, InstantSource.system()));
    commands.put("doctor", new DoctorCommand(surroundings, InstantSource.system()));
    commands.put("completion", new CompletionCommand(surroundings));
  }

  /** Does what the arguments say and returns the exit code. */
  public int run(String... args) {
    var asked = asOptions(args);
    var line = new CommandLine(specification(described(asked)));
    line.setOut(surroundings.out());
    line.setErr(surroundings.err());
    line.setColorScheme(Help.defaultColorScheme(surroundings.coloured() ? Ansi.ON : Ansi.OFF));
    line.setExpandAtFiles(false);
    try {
      return execute(line.parseArgs(asked));
    } catch (ParameterException e) {
      return complain(e);
    } finally {
      surroundings.out().flush();
      surroundings.err().flush();
    }
  }

  /** To describe all the others takes a server as long as to read its settings and listen. */
  private Map<String, Command> described(String[] args) {
    var server = commands.get(SERVE);
    return (server != null && args.length > 0 && args[0].equals(SERVE))
        ? Map.of(SERVE, server)
        : commands;
  }

  CommandSpec specification() {
    return specification(commands);
  }

  private static CommandSpec specification(Map<String, Command> commands) {
    var program =
        CommandSpec.create()
            .name("refrain")
            .addOption(help())
            .addOption(
                OptionSpec.builder("-V", "--version")
                    .versionHelp(true)
                    .description("Print the version.")
                    .build());
    commands.forEach((name, command) -> {
      var specification = command.specification();
      abbreviate(specification); // the options are told one by one
      program.addSubcommand(name, specification);
    });
    program
        .usageMessage()
        .description("Refrain keeps the answers of language models and gives them again.")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .footer(
            "",
            "To begin with:",
            "  refrain serve",
            "  curl 'http://127.0.0.1:8484/ask?q=What+is+a+refrain'",
            "",
            "More on a command: refrain COMMAND --help");
    return program;
  }

  private static void abbreviate(CommandSpec command) {
    command.usageMessage().abbreviateSynopsis(true);
    command.subcommands().values().forEach(line -> abbreviate(line.getCommandSpec()));
  }

  /** Returns the option that each command has. */
  static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Print this help.")
        .build();
  }

  /** Who asks for {@code help COMMAND} gets {@code COMMAND --help}. */
  private static String[] asOptions(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    var options = Arrays.copyOfRange(args, 1, args.length + 1);
    options[args.length - 1] = "--help";
    return options;
  }

  private int execute(ParseResult parsed) {
    var command = parsed.subcommand();
    if (parsed.isVersionHelpRequested()) {
      surroundings.out().println(version());
      return ExitCode.OK;
    }
    if (command == null) {
      parsed.commandSpec().commandLine().usage(surroundings.out());
      return ExitCode.OK;
    }
    var chosen = commands.get(command.commandSpec().name());
    return Objects.requireNonNull(chosen, "the parser knows no others").execute(command);
  }

  private int complain(ParameterException e) {
    var err = surroundings.err();
    err.println("refrain: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.WRONG_USE;
  }

  /** Says all that is wrong with the settings. */
  static void refuse(SettingsRefusedException e, Surroundings surroundings) {
    int count = e.complaints().size();
    surroundings
        .err()
        .println(
            "refrain: " + ((count == 1) ? "a setting is" : count + " settings are") + " wrong");
    for (var complaint : e.complaints()) {
      surroundings.err().println("  " + complaint);
    }
  }

  private static String version() {
    return "refrain %s (Java %s)".formatted(number(), System.getProperty("java.version"));
  }

  /** Returns the number of this version, which only a packed jar knows. */
  public static String number() {
    @Nullable String number = Program.class.getPackage().getImplementationVersion();
    return (number == null) ? "unpacked" : number;
  }
}
