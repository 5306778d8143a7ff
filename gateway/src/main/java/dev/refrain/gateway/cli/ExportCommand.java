package dev.refrain.gateway.cli;

import dev.refrain.json.JsonWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain export}: writes what is kept into a file. */
final class ExportCommand implements Command {
  private final Surroundings surroundings;
  private final Operator operator;
  private final OutputStream standardOutput;

  ExportCommand(Surroundings surroundings, Offline offline, OutputStream standardOutput) {
    this.surroundings = surroundings;
    this.operator = new Operator(surroundings, offline);
    this.standardOutput = standardOutput;
  }

  @Override
  public CommandSpec specification() {
    var export =
        CommandSpec.create()
            .addPositional(file("0..1", "Where to; - is standard output. .zst is packed."))
            .addOption(
                repeated(
                    "--tag",
                    "TAG",
                    "Only what has this tag, such as model:gpt-4o. May be repeated."));
    Operator.with(export)
        .usageMessage()
        .description("Writes what is kept, an entry a line, to be imported again.")
        .footer(
            "",
            "The file holds answers as they were given, and can be read by whoever may read",
            "it. What can be done with it, and by whom, is told in docs/export.md.",
            "",
            "Examples:",
            "  refrain export answers.jsonl.zst",
            "  refrain export --tag namespace:prompt-v7 - | jq -r .text",
            "",
            Operator.EXIT_CODES);
    return export;
  }

  static PositionalParamSpec file(String arity, String help) {
    return PositionalParamSpec.builder()
        .index("0")
        .arity(arity)
        .required(!arity.startsWith("0"))
        .type(String.class)
        .paramLabel("FILE")
        .description(help)
        .build();
  }

  /** Returns an option that may stand several times, each with a value. */
  static OptionSpec repeated(String name, String label, String help) {
    return OptionSpec.builder(name)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(help)
        .build();
  }

  /** Returns a query of one parameter with many values, or nothing. */
  static String query(String name, List<String> values) {
    return values.stream()
        .map(value -> name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  @Override
  public int execute(ParseResult parsed) {
    return operator.executeAnywhere(
        parsed,
        desk -> {
          boolean json = parsed.hasMatchedOption("--json");
          String name = parsed.matchedPositionalValue(0, surroundings.coloured() ? "" : "-");
          if (name.isEmpty()) {
            throw new CommandFailure(
                ExitCode.WRONG_USE, "name a file; or - if a terminal is where it shall go");
          }
          var query = query("tag", parsed.matchedOptionValue("--tag", List.<String>of()));
          var target = "/-/api/export" + (query.isEmpty() ? "" : "?" + query);
          boolean toFile = !name.equals("-");
          var progress = new Progress(surroundings, json || !toFile);
          try {
            long bytes =
                toFile
                    ? write(desk, target, surroundings.directory().resolve(name), progress)
                    : give(desk, target, standardOutput, progress);
            if (toFile) {
              tell(name, bytes, json);
            }
            return ExitCode.OK;
          } catch (IOException e) {
            throw new CommandFailure(
                ExitCode.CANNOT_RUN, "cannot write " + name + ": " + e.getMessage());
          } finally {
            progress.end();
          }
        });
  }

  private static long write(Desk desk, String target, Path file, Progress progress)
      throws IOException, CommandFailure, InterruptedException {
    var bytes = new long[1];
    EntryFile.write(file, out -> bytes[0] = give(desk, target, out, progress));
    return bytes[0];
  }

  private static long give(Desk desk, String target, OutputStream out, Progress progress)
      throws IOException, CommandFailure, InterruptedException {
    var counted = new Counted(out, progress);
    desk.give(target, counted);
    counted.flush();
    return counted.bytes;
  }

  private void tell(String name, long bytes, boolean json) {
    if (json) {
      var told = new JsonWriter().beginObject().name("file").string(name);
      told.name("bytes").number(bytes).endObject();
      surroundings.out().println(new String(told.toBytes(), StandardCharsets.UTF_8));
    } else {
      surroundings.out().println("Written: " + name + ", " + Wording.bytes(bytes) + " unpacked.");
    }
  }

  private static final class Counted extends FilterOutputStream {
    private final Progress progress;
    private long bytes;

    Counted(OutputStream out, Progress progress) {
      super(out);
      this.progress = progress;
    }

    @Override
    public void write(int single) throws IOException {
      out.write(single);
      bytes++;
    }

    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
      out.write(content, offset, length);
      bytes += length;
      progress.bytes(bytes, 0);
    }
  }
}
