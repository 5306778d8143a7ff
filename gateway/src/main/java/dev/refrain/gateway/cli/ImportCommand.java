package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain import}: takes in what was exported, as far as it may still be given. */
final class ImportCommand implements Command {
  private static final List<String> REFUSED = List.of("retired", "foreign", "damaged", "malformed");

  private final Surroundings surroundings;
  private final Operator operator;
  private final InputStream standardInput;

  ImportCommand(Surroundings surroundings, Offline offline, InputStream standardInput) {
    this.surroundings = surroundings;
    this.operator = new Operator(surroundings, offline);
    this.standardInput = standardInput;
  }

  @Override
  public CommandSpec specification() {
    var command =
        CommandSpec.create()
            .addPositional(
                ExportCommand.file(
                    "1", "What was exported; - is standard input. .zst is unpacked."))
            .addOption(
                OptionSpec.builder("--adopt")
                    .description(
                        "Also what was kept in another store, or before this one was made anew.")
                    .build())
            .addOption(
                ExportCommand.repeated(
                    "--trust",
                    "SCOPE",
                    "Also what another deployment kept for this scope, such as tenant:acme."
                        + " May be repeated."));
    Operator.with(command)
        .usageMessage()
        .description("Takes in what was exported, as far as it may still be given.")
        .footer(
            "",
            "Each line is verified. Nothing comes back that was invalidated since, and",
            "nothing replaces what is newer. With --adopt you say that nothing in the file",
            "was retired elsewhere since it was written, with --trust that these scopes mean",
            "the same callers there and here. More is told in docs/export.md.",
            "",
            "Examples:",
            "  refrain import answers.jsonl.zst",
            "  refrain import answers.jsonl --adopt",
            "  refrain import staging.jsonl --adopt --trust tenant:acme --trust shared:lab",
            "",
            Operator.EXIT_CODES,
            "1 is also told if a line was refused, or the file ends too early.");
    return command;
  }

  @Override
  public int execute(ParseResult parsed) {
    return operator.executeAnywhere(
        parsed,
        desk -> {
          boolean json = parsed.hasMatchedOption("--json");
          var progress = new Progress(surroundings, json);
          String name = parsed.matchedPositionalValue(0, "-");
          Json report;
          try (var lines = open(name, progress)) {
            report = desk.take(target(parsed), lines);
          } catch (IOException e) {
            throw new CommandFailure(
                ExitCode.CANNOT_RUN, "cannot read " + name + ": " + e.getMessage());
          } finally {
            progress.end();
          }
          if (json) {
            operator.print(report);
          } else {
            tell(name, report);
          }
          return isClean(report) ? ExitCode.OK : ExitCode.CANNOT_RUN;
        });
  }

  private static String target(ParseResult parsed) {
    var trusted = parsed.matchedOptionValue("--trust", List.<String>of());
    return "/-/api/import?adopt="
        + parsed.hasMatchedOption("--adopt")
        + (trusted.isEmpty() ? "" : "&" + ExportCommand.query("trust", trusted));
  }

  private InputStream open(String name, Progress progress) throws IOException {
    if (name.equals("-")) {
      return new Counted(standardInput, 0, progress);
    }
    Path file = surroundings.directory().resolve(name);
    var counted = new Counted(Files.newInputStream(file), Files.size(file), progress);
    return EntryFile.read(file, counted);
  }

  private static boolean isClean(Json report) {
    return !Reading.truth(report, "cut")
        && REFUSED.stream().allMatch(what -> Reading.number(report, what) == 0);
  }

  private void tell(String name, Json report) {
    var err = surroundings.err();
    var told = report.get("told");
    if (told != null) {
      for (var one : told.elements()) {
        err.println(
            "refrain: %s, line %d: %s: %s"
                .formatted(
                    name,
                    Reading.number(one, "line"),
                    Reading.text(one, "what"),
                    Reading.text(one, "why")));
      }
    }
    if (Reading.truth(report, "cut")) {
      err.println("refrain: " + name + " ends too early: it was cut, or not wholly written");
    }
    surroundings
        .out()
        .println(
            "%s taken in, %s were there, %s too old."
                .formatted(
                    count(report, "kept"), count(report, "there"), count(report, "expired")));
    if (!isClean(report)) {
      surroundings
          .out()
          .println(
              "Refused: %s retired since or elsewhere, %s of another deployment, %s damaged,"
                      .formatted(
                          count(report, "retired"),
                          count(report, "foreign"),
                          count(report, "damaged"))
                  + " %s malformed.".formatted(count(report, "malformed")));
    }
  }

  private static String count(Json report, String what) {
    return Wording.count(Reading.number(report, what));
  }

  private static final class Counted extends FilterInputStream {
    private final long total;
    private final Progress progress;
    private long bytes;

    Counted(InputStream in, long total, Progress progress) {
      super(in);
      this.total = total;
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int single = in.read();
      bytes += (single < 0) ? 0 : 1;
      return single;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = in.read(buffer, offset, length);
      bytes += Math.max(0, count);
      progress.bytes(bytes, total);
      return count;
    }
  }
}
