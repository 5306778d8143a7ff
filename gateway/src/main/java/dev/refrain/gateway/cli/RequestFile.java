package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A request that lies in a file, and what else belongs to it. */
final class RequestFile {
  private static final long BYTES_MAX = 64 << 20;

  private RequestFile() {}

  /** Adds the options that say what the file does not. */
  static void addOptions(CommandSpec command) {
    command
        .addOption(
            KeysCommand.option("--path", "PATH", "Where it would be sent (/v1/chat/completions)."))
        .addOption(
            OptionSpec.builder("--header")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel("'NAME: VALUE'")
                .description("A header it would have, such as its credential. May be repeated.")
                .build())
        .addOption(
            KeysCommand.option(
                "--scope", "ID", "Who would send it, such as tenant:acme, if no header says so."));
  }

  /** Writes the request as the gateway wants to be told of it. */
  static void write(ParseResult parsed, Path file, JsonWriter json) throws CommandFailure {
    var headers = headers(parsed);
    json.beginObject().name("body").value(read(file)).name("headers").beginObject();
    headers.forEach((name, values) -> {
      json.name(name).beginArray();
      values.forEach(json::string);
      json.endArray();
    });
    json.endObject();
    var more = new LinkedHashMap<String, String>();
    more.put("path", parsed.matchedOptionValue("--path", ""));
    more.put("scope", parsed.matchedOptionValue("--scope", ""));
    more.forEach((name, value) -> {
      if (!value.isEmpty()) {
        json.name(name).string(value);
      }
    });
    json.endObject();
  }

  /** Returns the headers that the options name. */
  static Map<String, List<String>> headers(ParseResult parsed) throws CommandFailure {
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    for (var header : parsed.matchedOptionValue("--header", List.<String>of())) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new CommandFailure(ExitCode.WRONG_USE, "--header takes 'NAME: VALUE'");
      }
      var name = header.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      headers.merge(
          name,
          List.of(header.substring(colon + 1).strip()),
          (one, other) -> Stream.concat(one.stream(), other.stream()).toList());
    }
    return headers;
  }

  private static Json read(Path file) throws CommandFailure {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new CommandFailure(ExitCode.CANNOT_RUN, file + " is too large");
      }
      return Json.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, "cannot read " + file);
    } catch (JsonRejected e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, file + " is no strict JSON: " + e.getMessage());
    }
  }
}
