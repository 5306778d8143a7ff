package dev.refrain.gateway.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code refrain completion}: prints what lets a shell complete our commands and options. */
final class CompletionCommand implements Command {
  private static final List<String> SHELLS = List.of("bash", "zsh");
  private static final String FOR_ZSH =
      """
      autoload -U +X compinit && compinit
      autoload -U +X bashcompinit && bashcompinit
      """;

  private final Surroundings surroundings;

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public CommandSpec specification() {
    var completion =
        CommandSpec.create()
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0")
                    .arity("1")
                    .required(true)
                    .type(String.class)
                    .completionCandidates(SHELLS)
                    .paramLabel("SHELL")
                    .description("bash or zsh.")
                    .build())
            .addOption(Program.help());
    completion
        .usageMessage()
        .description("Prints a script by which a shell completes commands.")
        .optionListHeading("%nOptions:%n")
        .footer(
            "",
            "Examples:",
            "  source <(refrain completion bash)",
            "  refrain completion bash > ~/.local/share/bash-completion/completions/refrain",
            "  echo 'source <(refrain completion zsh)' >> ~/.zshrc",
            "",
            Program.EXIT_CODES);
    return completion;
  }

  @Override
  public int execute(ParseResult parsed) {
    var line = parsed.commandSpec().commandLine();
    if (parsed.isUsageHelpRequested()) {
      line.usage(surroundings.out());
      return ExitCode.OK;
    }
    String shell = parsed.matchedPositionalValue(0, "");
    if (!SHELLS.contains(shell)) {
      throw new ParameterException(line, "the shell is one of " + String.join(", ", SHELLS));
    }
    var script = AutoComplete.bash("refrain", parsed.commandSpec().root().commandLine());
    surroundings.out().print(shell.equals("zsh") ? FOR_ZSH + script : script);
    return ExitCode.OK;
  }
}
