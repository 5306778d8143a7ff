package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain stats}: shows at a glance what the cache does and saves. */
final class StatsCommand implements Command {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";

  private final Surroundings surroundings;
  private final Operator operator;

  StatsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.operator = new Operator(surroundings);
  }

  @Override
  public CommandSpec specification() {
    var stats =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("--watch")
                    .description("Show it anew each second, until interrupted.")
                    .build());
    Operator.with(stats)
        .usageMessage()
        .description("Shows what the cache does, and what it saves.")
        .footer(
            "",
            "Examples:",
            "  refrain stats",
            "  refrain stats --watch",
            "  refrain stats --json | jq .today.hitRate",
            "",
            Operator.EXIT_CODES);
    return stats;
  }

  @Override
  public int execute(ParseResult parsed) {
    return operator.execute(
        parsed,
        gateway -> {
          boolean watch = parsed.hasMatchedOption("--watch");
          show(parsed, gateway.get("/-/api/now"), false);
          while (watch && !surroundings.out().checkError()) {
            Thread.sleep(PAUSE);
            showAgain(parsed, gateway);
          }
          return ExitCode.OK;
        });
  }

  /** A gateway that is started anew is waited for. */
  private void showAgain(ParseResult parsed, GatewayClient gateway)
      throws CommandFailure, InterruptedException {
    try {
      show(parsed, gateway.get("/-/api/now"), true);
    } catch (CommandFailure e) {
      if (e.exitCode() != ExitCode.NO_GATEWAY) {
        throw e;
      }
      surroundings.err().println("refrain: " + e.getMessage());
    }
  }

  /** Where nobody looks at a terminal, one screen follows the other. */
  private void show(ParseResult parsed, Json now, boolean again) {
    if (parsed.hasMatchedOption("--json")) {
      operator.print(now);
    } else {
      if (again || parsed.hasMatchedOption("--watch")) {
        surroundings.out().print(surroundings.coloured() ? HOME_AND_CLEAR : "\n");
      }
      new StatsPage(surroundings.out(), new Style(surroundings.coloured())).print(now);
    }
    surroundings.out().flush();
  }
}
