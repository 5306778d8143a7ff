package dev.refrain.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.estimate.EstimateReport;
import dev.refrain.gateway.estimate.Forecasts;
import dev.refrain.gateway.settings.Flags;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.gateway.settings.SettingsLoader;
import dev.refrain.gateway.settings.SettingsRefusedException;
import dev.refrain.gateway.settings.Times;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code refrain estimate}: says what a recorded log of calls would have saved. */
final class EstimateCommand implements Command {
  private static final String TTLS = "10m,1h,6h,24h,7d";
  private static final String TOOK = "2s";

  private final Surroundings surroundings;
  private final InputStream standardInput;

  EstimateCommand(Surroundings surroundings, InputStream standardInput) {
    this.surroundings = surroundings;
    this.standardInput = standardInput;
  }

  @Override
  public CommandSpec specification() {
    var estimate =
        CommandSpec.create()
            .addPositional(
                PositionalParamSpec.builder()
                    .paramLabel("LOG")
                    .type(String.class)
                    .arity("1")
                    .required(true)
                    .description("The log, one JSON object a line; .gz is unpacked, - is stdin.")
                    .build())
            .addOption(
                KeysCommand.option(
                    "--ttl", "TIMES", "For which ttls to say what would be; else " + TTLS + "."))
            .addOption(
                KeysCommand.option(
                    "--took",
                    "TIME",
                    "How long a call takes of which the log does not say; else " + TOOK + "."))
            .addOption(PriceTable.option())
            .addOption(
                KeysCommand.option("--config", "FILE", "The settings; refrain.yaml if here."))
            .addOption(
                OptionSpec.builder("--set")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .arity("1")
                    .paramLabel("PATH=VALUE")
                    .description("Sets anything, as for 'refrain serve'. May be repeated.")
                    .build())
            .addOption(OptionSpec.builder("--json").description("Print JSON.").build())
            .addOption(Program.help());
    estimate
        .usageMessage()
        .description("Says what a recorded log of calls would have saved.")
        .sortOptions(false)
        .optionListHeading("%nOptions:%n")
        .footer(
            "",
            "A line is one of the access log, or a request with its time:",
            "  {\"time\": \"2026-11-20T09:00:00Z\", \"path\": \"/v1/chat/completions\",",
            "   \"body\": {\"model\": \"gpt-4o\", \"messages\": []}, \"took_ms\": 1800,",
            "   \"usage\": {\"prompt_tokens\": 12, \"completion_tokens\": 80}}",
            "",
            "Examples:",
            "  refrain estimate access.log",
            "  refrain estimate --ttl 1h,12h --set cache.hot-hits=3 calls.jsonl.gz",
            "",
            Program.EXIT_CODES);
    return estimate;
  }

  @Override
  public int execute(ParseResult parsed) {
    if (parsed.isUsageHelpRequested()) {
      parsed.commandSpec().commandLine().usage(surroundings.out());
      return ExitCode.OK;
    }
    try {
      return estimate(parsed, settings(parsed));
    } catch (SettingsRefusedException e) {
      Program.refuse(e, surroundings);
      return ExitCode.WRONG_USE;
    } catch (IOException e) {
      surroundings.err().println("refrain: " + explain(e));
      return ExitCode.CANNOT_RUN;
    }
  }

  private static String explain(IOException e) {
    var message = String.valueOf(e.getMessage());
    return (e instanceof NoSuchFileException) ? "there is no " + message : message;
  }

  private int estimate(ParseResult parsed, Settings settings) throws IOException {
    var forecasts =
        new Forecasts(
            settings.rules(),
            times(parsed, "--ttl", TTLS),
            times(parsed, "--took", TOOK).getFirst(),
            PriceTable.read(parsed, surroundings, settings.figures().prices()));
    String log = parsed.matchedPositionalValue(0, "-");
    try (var in = new BufferedReader(new InputStreamReader(open(log), UTF_8))) {
      forecasts.read(in);
    }
    var report = new EstimateReport(forecasts);
    if (!report.complaint().isEmpty()) {
      surroundings.err().println("refrain: " + report.complaint());
    }
    if (!report.hasCalls()) {
      surroundings.err().println("refrain: there is no call in " + log);
      return ExitCode.CANNOT_RUN;
    }
    if (parsed.hasMatchedOption("--json")) {
      surroundings.out().println(report.json());
    } else {
      report.print(surroundings.out());
    }
    return ExitCode.OK;
  }

  private InputStream open(String log) throws IOException {
    if (log.equals("-")) {
      return standardInput;
    }
    var file = Files.newInputStream(surroundings.directory().resolve(log));
    return log.endsWith(".gz") ? new GZIPInputStream(file) : file;
  }

  private Settings settings(ParseResult parsed) throws SettingsRefusedException {
    var flags =
        new Flags(
            parsed.matchedOptionValue("--config", null),
            null,
            null,
            List.of(),
            parsed.matchedOptionValue("--set", List.<String>of()));
    return new SettingsLoader(
            surroundings.directory(), surroundings.environment(), Runtime.getRuntime().maxMemory())
        .load(flags)
        .settings();
  }

  private static List<Duration> times(ParseResult parsed, String option, String otherwise) {
    String text = parsed.matchedOptionValue(option, otherwise);
    var times = new ArrayList<Duration>();
    for (var each : text.split(",", -1)) {
      var time = Times.parse(each.strip());
      if (time == null) {
        throw new ParameterException(
            parsed.commandSpec().commandLine(),
            option + " takes times such as 30s, 10m, 6h or 7d, not '" + each + "'");
      }
      times.add(time);
    }
    return times;
  }
}
