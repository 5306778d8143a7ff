package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain explain}: says why a request is answered from the cache, or why not. */
final class ExplainCommand implements Command {
  private static final String ID = "[0-9a-z]{1,8}-[0-9a-z]{1,13}";
  private static final List<String> SHOWN =
      List.of("time", "method", "path", "model", "namespace", "upstream", "scope", "key");

  private final Surroundings surroundings;
  private final Operator operator;

  ExplainCommand(Surroundings surroundings, Offline offline) {
    this.surroundings = surroundings;
    this.operator = new Operator(surroundings, offline);
  }

  @Override
  public CommandSpec specification() {
    var explain =
        CommandSpec.create()
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0")
                    .arity("1")
                    .required(true)
                    .type(String.class)
                    .paramLabel("FILE|ID")
                    .description(
                        "The body of a request, or the Refrain-Request-Id of an answer of late.")
                    .build());
    RequestFile.addOptions(explain);
    Operator.with(explain)
        .usageMessage()
        .description("Says why a request is answered from the cache, or why not.")
        .footer(
            "",
            "Nothing is asked of anybody, and nothing changes. Where nothing is found, it",
            "says in what the request differs from what was asked lately.",
            "",
            "Examples:",
            "  refrain explain body.json --header 'Authorization: Bearer sk-…'",
            "  refrain explain body.json --path /v1/messages --scope tenant:acme",
            "  refrain explain 1x7k2m9q-4f",
            "  refrain explain body.json --json",
            "",
            Operator.EXIT_CODES);
    return explain;
  }

  @Override
  public int execute(ParseResult parsed) {
    return operator.executeAnywhere(
        parsed,
        gateway -> {
          String named = parsed.matchedPositionalValue(0, "");
          var file = surroundings.directory().resolve(named);
          boolean isCall = named.matches(ID) && !Files.exists(file);
          var answer =
              isCall ? gateway.get("/-/api/calls/" + named) : explained(parsed, file, gateway);
          if (parsed.hasMatchedOption("--json")) {
            operator.print(answer);
          } else if (isCall) {
            printCall(answer);
          } else {
            new ExplainPage(surroundings.out(), new Style(surroundings.coloured())).print(answer);
          }
          return ExitCode.OK;
        });
  }

  private static Json explained(ParseResult parsed, Path file, Desk gateway)
      throws CommandFailure, InterruptedException {
    var asked = new JsonWriter();
    RequestFile.write(parsed, file, asked);
    return gateway.post("/-/api/explain", asked.toBytes());
  }

  private void printCall(Json call) {
    var style = new Style(surroundings.coloured());
    var out = surroundings.out();
    out.println(
        style.bold(
            "%s, status %d, in %s ms"
                .formatted(
                    Reading.text(call, "outcome"),
                    Reading.number(call, "status"),
                    Reading.raw(call, "millis"))));
    if (call.has("why")) {
      out.println(Reading.text(call, "why"));
    }
    out.println();
    for (var member : SHOWN) {
      if (call.has(member)) {
        out.println("  %-10s %s".formatted(member, Reading.text(call, member)));
      }
    }
  }
}
