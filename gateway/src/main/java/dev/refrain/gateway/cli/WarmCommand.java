package dev.refrain.gateway.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.cli.Warming.Tally;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.json.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TreeSet;
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
                    .required(true)
                    .type(String.class)
                    .paramLabel("FILE")
                    .description("The requests: the body of one in each line.")
                    .build())
            .addOption(KeysCommand.option("--parallel", "COUNT", "How many at once, to 999 (8)."))
            .addOption(
                KeysCommand.option(
                    "--progress", "FILE", "Where to note what was sent, and to go on from there."))
            .addOption(PriceTable.option());
    RequestFile.addOptions(warm);
    Operator.with(warm)
        .usageMessage()
        .description("Sends requests, so that their answers lie in the cache.")
        .footer(
            "",
            "What is fresh there already costs nothing. So, to go on after an interruption or",
            "to make good what failed, do the same again; with --progress not even what was",
            "sent before is asked for once more. A request for which there is no room at the",
            "moment, here or upstream, is sent again after a while. Ctrl-C ends it.",
            "",
            "Examples:",
            "  refrain warm requests.jsonl --header 'Authorization: Bearer sk-…'",
            "  refrain warm requests.jsonl --path /v1/messages --parallel 32",
            "  refrain warm nightly.jsonl --progress nightly.progress",
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
          var contents = Contents.of(requests);
          var log = log(parsed, contents.digest);
          var prices = operator.prices(parsed);
          var warming = new Warming(gateway, requests, log, prices, Integer.parseInt(count));
          boolean json = parsed.hasMatchedOption("--json");
          var pause = surroundings.coloured() ? PAUSE : PLAIN_PAUSE;
          var tally = warming.run(pause, soFar -> tell(soFar, contents.lines, json));
          return conclude(tally, prices, json);
        });
  }

  private WarmLog log(ParseResult parsed, String digest) throws CommandFailure {
    String file = parsed.matchedOptionValue("--progress", null);
    return (file == null)
        ? WarmLog.none()
        : WarmLog.open(surroundings.directory().resolve(file), digest);
  }

  /** How many lines there are to send, and a digest of all that is sent. */
  private record Contents(long lines, String digest) {
    static Contents of(Warming.Requests requests) throws CommandFailure {
      var digest = sha256();
      digest.update((requests.path() + "\n" + requests.headers() + "\n").getBytes(UTF_8));
      try (var lines =
          new BufferedReader(
              new InputStreamReader(
                  new DigestInputStream(Files.newInputStream(requests.file()), digest),
                  ISO_8859_1))) {
        long count = lines.lines().filter(line -> !line.isBlank()).count();
        return new Contents(count, HexFormat.of().formatHex(digest.digest()));
      } catch (IOException | UncheckedIOException e) {
        throw new CommandFailure(ExitCode.CANNOT_RUN, "cannot read " + requests.file());
      }
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** Tells people how far it is; programs get the end alone. */
  private void tell(Tally tally, long total, boolean json) {
    if (json) {
      return;
    }
    long done = tally.done();
    double rate = tally.here() * 1e9 / Math.max(1, tally.nanos());
    var left =
        (rate == 0) ? "?" : Wording.span(Duration.ofSeconds(Math.round((total - done) / rate)));
    var line =
        "%s of %s   %s a second   %s left   %s fetched for %s, %s were there, %s failed"
            .formatted(
                Wording.count(done),
                Wording.count(total),
                String.format(Locale.ROOT, "%.1f", rate),
                left,
                Wording.count(tally.fetched()),
                Wording.dollars(tally.billionths()),
                Wording.count(tally.fresh()),
                Wording.count(tally.failed()));
    var err = surroundings.err();
    if (surroundings.coloured()) {
      err.print("\r\u001b[K" + Progress.bar(done, total) + "  " + line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  private int conclude(Tally tally, Prices prices, boolean json) {
    if (surroundings.coloured() && !json) {
      surroundings.err().println();
    }
    if (json) {
      var out = new JsonWriter().beginObject().name("fetched").number(tally.fetched());
      out.name("fresh").number(tally.fresh()).name("failed").number(tally.failed());
      out.name("inputTokens").number(tally.inputTokens());
      out.name("outputTokens").number(tally.outputTokens());
      out.name("dollars").raw(BigDecimal.valueOf(tally.billionths(), 9).toPlainString());
      prices.writeOrigin(new TreeSet<>(tally.unpriced()), out);
      out.name("failures").beginArray();
      tally.failures().forEach(out::string);
      var bytes = out.endArray().endObject().toBytes();
      surroundings.out().println(new String(bytes, UTF_8));
    } else {
      tally.failures().forEach(failure -> surroundings.err().println("refrain: " + failure));
      surroundings
          .out()
          .println(
              "%s fetched for %s (%s tokens in and %s out), %s were there, %s failed."
                  .formatted(
                      Wording.count(tally.fetched()),
                      Wording.dollars(tally.billionths()),
                      Wording.count(tally.inputTokens()),
                      Wording.count(tally.outputTokens()),
                      Wording.count(tally.fresh()),
                      Wording.count(tally.failed())));
      if (tally.billionths() > 0) {
        surroundings.out().println(prices.origin());
      }
      if (!tally.unpriced().isEmpty()) {
        var models = String.join(", ", new TreeSet<>(tally.unpriced()));
        surroundings.out().println("Without what nobody knows the price of: " + models + ".");
      }
    }
    return (tally.failed() == 0) ? ExitCode.OK : ExitCode.CANNOT_RUN;
  }
}
