package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain invalidate}: retires answers in one step. */
final class InvalidateCommand implements Command {
  private static final List<String> WHICH =
      List.of("--tag", "--namespace", "--key", "--request", "--all");

  private final Surroundings surroundings;
  private final Operator operator;

  InvalidateCommand(Surroundings surroundings, Offline offline) {
    this.surroundings = surroundings;
    this.operator = new Operator(surroundings, offline);
  }

  @Override
  public CommandSpec specification() {
    var invalidate =
        CommandSpec.create()
            .addOption(
                KeysCommand.option(
                    "--tag", "TAG", "All that has this tag: of a Cache-Tag, or model:NAME."))
            .addOption(
                KeysCommand.option(
                    "--namespace", "NAME", "All in this namespace; '' is the usual."))
            .addOption(KeysCommand.option("--key", "KEY", "The answer to this key."))
            .addOption(
                KeysCommand.option("--request", "FILE", "The answer to the request in this file."))
            .addOption(OptionSpec.builder("--all").description("Everything.").build())
            .addOption(
                OptionSpec.builder("--dry-run")
                    .description("Only count what would be retired.")
                    .build());
    RequestFile.addOptions(invalidate);
    Operator.with(invalidate)
        .usageMessage()
        .description("Retires answers in one step, however many.")
        .footer(
            "",
            "Nobody gets them any more, wherever they are kept, not even those under way.",
            "When it says that it is done, that is written down. Doing it twice does no harm.",
            "",
            "Examples:",
            "  refrain invalidate --namespace prompt-v7 --dry-run",
            "  refrain invalidate --tag doc:42",
            "  refrain invalidate --tag model:gpt-4o",
            "  refrain invalidate --request body.json --header 'Authorization: Bearer sk-…'",
            "  refrain invalidate --all --gateway https://gateway.example",
            "",
            Operator.EXIT_CODES);
    return invalidate;
  }

  @Override
  public int execute(ParseResult parsed) {
    return operator.executeAnywhere(
        parsed,
        gateway -> {
          var answer = gateway.post("/-/api/invalidate", asked(parsed));
          if (parsed.hasMatchedOption("--json")) {
            operator.print(answer);
          } else {
            tell(answer);
          }
          return ExitCode.OK;
        });
  }

  private byte[] asked(ParseResult parsed) throws CommandFailure {
    var which = WHICH.stream().filter(parsed::hasMatchedOption).toList();
    if (which.size() != 1) {
      throw new CommandFailure(ExitCode.WRONG_USE, "say which: one of " + String.join(", ", WHICH));
    }
    var option = which.getFirst();
    var json = new JsonWriter().beginObject().name(option.substring(2));
    switch (option) {
      case "--all" -> json.bool(true);
      case "--request" -> {
        String file = parsed.matchedOptionValue(option, "");
        RequestFile.write(parsed, surroundings.directory().resolve(file), json);
      }
      default -> json.string(parsed.matchedOptionValue(option, ""));
    }
    if (parsed.hasMatchedOption("--dry-run")) {
      json.name("dryRun").bool(true);
    }
    return json.endObject().toBytes();
  }

  private void tell(Json answer) {
    var out = surroundings.out();
    var what = Reading.texts(answer.get("what"));
    var shown =
        (what.size() > 3)
            ? what.subList(0, 3) + " and " + (what.size() - 3) + " more"
            : String.join(", ", what);
    if (answer.get("entries") == null) {
      out.println("Retired: " + shown + ".");
      return;
    }
    long entries = Reading.number(answer, "entries");
    out.println(
        "%s: %s would be retired."
            .formatted(shown, (entries == 1) ? "1 answer" : Wording.count(entries) + " answers"));
    var tiers = answer.get("tiers");
    if (tiers != null) {
      for (var tier : tiers.elements()) {
        out.println(
            "  %-8s %10s   %s%s"
                .formatted(
                    Reading.text(tier, "tier"),
                    Wording.count(Reading.number(tier, "entries")),
                    Wording.bytes(Reading.number(tier, "bytes")),
                    tier.has("trouble") ? "   not all: " + Reading.text(tier, "trouble") : ""));
      }
    }
  }
}
