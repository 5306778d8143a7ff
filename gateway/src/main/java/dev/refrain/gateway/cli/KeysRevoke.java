package dev.refrain.gateway.cli;

import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code refrain keys revoke}: makes keys good for nothing. */
final class KeysRevoke {
  private final Surroundings surroundings;

  KeysRevoke(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  CommandSpec specification() {
    var revoke =
        CommandSpec.create()
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("ID")
                    .description("What 'refrain keys list' calls the key.")
                    .build());
    revoke
        .usageMessage()
        .description("Revokes keys: within a second, nothing is answered to them any more.")
        .footer(
            "",
            "If there is no key of one of the names, none is revoked.",
            "",
            "Example:",
            "  refrain keys revoke 3f1c09a7b2de",
            "",
            Program.EXIT_CODES);
    return revoke;
  }

  int execute(ParseResult parsed, KeysFile file) throws IOException {
    var ids = Set.copyOf(parsed.matchedPositionalValue(0, List.<String>of()));
    if (ids.isEmpty()) {
      throw new ParameterException(
          parsed.commandSpec().commandLine(), "Missing required parameter: 'ID'");
    }
    file.change(ring -> {
      if (!ring.ids().containsAll(ids)) {
        throw new IOException("not all of these are keys in " + file + "; none was revoked");
      }
      return ring.without(ids);
    });
    if (parsed.hasMatchedOption("--json")) {
      var writer = new JsonWriter().beginObject().name("revoked").beginArray();
      ids.stream().sorted().forEach(writer::string);
      var json = writer.endArray().endObject().toBytes();
      surroundings.out().println(new String(json, StandardCharsets.UTF_8));
    } else {
      surroundings
          .out()
          .println((ids.size() == 1) ? "1 key is revoked." : ids.size() + " keys are revoked.");
    }
    return ExitCode.OK;
  }
}
