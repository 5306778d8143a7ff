package dev.refrain.gateway.cli;

import dev.refrain.gateway.cli.Warming.Tally;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code refrain warm}: sends requests through the gateway, so that their answers lie there. */
final class WarmCommand implements Command {
  private static final int PARALLEL_USUAL = 8;
  private static final String PARALLEL = "[1-9]\\d{0,2}";
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PLAIN_PAUSE = Duration.ofSeconds(10);
  private static final int BAR_WIDTH = 24;

  private final Surroundings surroundings;
  private final Operator operator;

  WarmCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.operator = new Operator(surroundings);
  }

  @Override
  public CommandSpec specification() {
    var warm =
        CommandSpec.create()
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0")
                    .arity("1")
                    .type(String.class)
                    .paramLabel("FILE")
                    .description("The requests: the body of one in each line.")
                    .build())
            .addOption(KeysCommand.option("--parallel", "COUNT", "How many at once, to 999 (8)."));
    RequestFile.addOptions(warm);
    Operator.with(warm)
        .usageMessage()
        .description("Sends requests, so that their answers lie in the cache.")
        .footer(
            "",
            "What is fresh there already costs nothing. So, to go on after an interruption or to",
            "make good what failed, do the same again. A request for which there is no room at the",
            "moment, here or upstream, is sent again after a while.",
            "",
            "Examples:",
            "  refrain warm requests.jsonl --header 'Authorization: Bearer sk-…'",
            "  refrain warm requests.jsonl --path /v1/messages --parallel 32",
            "",
            Operator.EXIT_CODES);
    return warm;
  }

  @Override
  public int execute(ParseResult parsed) {
    return operator.execute(
        parsed,
        gateway -> {
          String count = parsed.matchedOptionValue("--parallel", Integer.toString(PARALLEL_USUAL));
          if (!count.matches(PARALLEL)) {
            throw new ParameterException(
                parsed.commandSpec().commandLine(), "--parallel takes a number from 1 to 999");
          }
          Path file = surroundings.directory().resolve(parsed.matchedPositionalValue(0, ""));
          var requests =
              new Warming.Requests(
                  file,
                  parsed.matchedOptionValue("--path", "/v1/chat/completions"),
                  RequestFile.headers(parsed));
          var warming = new Warming(gateway, requests, Integer.parseInt(count));
          boolean json = parsed.hasMatchedOption("--json");
          long total = lines(file);
          var pause = surroundings.coloured() ? PAUSE : PLAIN_PAUSE;
          var tally = warming.run(pause, soFar -> tell(soFar, total, json));
          return conclude(tally, json);
        });
  }

  private static long lines(Path file) throws CommandFailure {
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> !line.isBlank()).count();
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, "cannot read " + file);
    }
  }

  /** Tells people how far it is; programs get the end alone. */
  private void tell(Tally tally, long total, boolean json) {
    if (json) {
      return;
    }
    long done = tally.done();
    double rate = done * 1e9 / Math.max(1, tally.nanos());
    var left =
        (rate == 0) ? "?" : Wording.span(Duration.ofSeconds(Math.round((total - done) / rate)));
    var line =
        "%s of %s   %s a second   %s left   %s fetched, %s were there, %s failed"
            .formatted(
                Wording.count(done),
                Wording.count(total),
                String.format(Locale.ROOT, "%.1f", rate),
                left,
                Wording.count(tally.fetched()),
                Wording.count(tally.fresh()),
                Wording.count(tally.failed()));
    var err = surroundings.err();
    if (surroundings.coloured()) {
      int filled = (int) (BAR_WIDTH * done / Math.max(1, total));
      err.print("\r\u001b[K" + "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled) + "  " + line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  private int conclude(Tally tally, boolean json) {
    if (surroundings.coloured() && !json) {
      surroundings.err().println();
    }
    if (json) {
      var out = new JsonWriter().beginObject().name("fetched").number(tally.fetched());
      out.name("fresh").number(tally.fresh()).name("failed").number(tally.failed());
      out.name("inputTokens").number(tally.inputTokens());
      out.name("outputTokens").number(tally.outputTokens()).name("failures").beginArray();
      tally.failures().forEach(out::string);
      var bytes = out.endArray().endObject().toBytes();
      surroundings.out().println(new String(bytes, StandardCharsets.UTF_8));
    } else {
      tally.failures().forEach(failure -> surroundings.err().println("refrain: " + failure));
      surroundings
          .out()
          .println(
              "%s fetched for %s tokens in and %s out, %s were there, %s failed."
                  .formatted(
                      Wording.count(tally.fetched()),
                      Wording.count(tally.inputTokens()),
                      Wording.count(tally.outputTokens()),
                      Wording.count(tally.fresh()),
                      Wording.count(tally.failed())));
    }
    return (tally.failed() == 0) ? ExitCode.OK : ExitCode.CANNOT_RUN;
  }
}
