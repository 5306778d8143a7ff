package dev.refrain.gateway.cli;

import dev.refrain.gateway.keys.Dollars;
import dev.refrain.gateway.keys.GatewayKey;
import dev.refrain.gateway.keys.KeyRingJson;
import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.gateway.keys.Usage;
import dev.refrain.gateway.keys.UsageFile;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain keys list}: says which keys there are, and what was used of them this month. */
final class KeysList {
  private static final List<String> TITLES =
      List.of(
          "ID", "TENANT", "SCOPE", "MODELS", "EXPIRES", "CALLS", "HITS", "SENT", "TOKENS",
          "DOLLARS");

  private static final int DIGITS = 4; // a call may cost less than a cent

  private final Surroundings surroundings;
  private final InstantSource clock;

  KeysList(Surroundings surroundings, InstantSource clock) {
    this.surroundings = surroundings;
    this.clock = clock;
  }

  CommandSpec specification() {
    var list = CommandSpec.create();
    list.usageMessage()
        .description("Lists the keys, and what was used of each this month (in UTC).")
        .footer(
            "",
            "CALLS were let in; HITS of them cost nothing; SENT went upstream, for so many",
            "TOKENS and DOLLARS, by the gateway's table of prices; all gateways of a fleet",
            "together, as the one with this file knows. A number behind a slash is the most",
            "that may be.",
            "",
            "Examples:",
            "  refrain keys list",
            "  refrain keys list --json",
            "",
            Program.EXIT_CODES);
    return list;
  }

  int execute(ParseResult parsed, KeysFile file) throws IOException {
    var keys = file.read().keys();
    var used = file.usage().read();
    var now = clock.instant();
    var month = YearMonth.from(now.atZone(ZoneOffset.UTC));
    if (parsed.hasMatchedOption("--json")) {
      surroundings.out().println(json(keys, used, month));
    } else if (keys.isEmpty()) {
      surroundings.out().println("There are no keys in " + file + ".");
    } else {
      var rows = new ArrayList<List<String>>();
      rows.add(TITLES);
      keys.forEach(key -> rows.add(row(key, used.of(key.id(), month), now)));
      print(rows);
    }
    return ExitCode.OK;
  }

  private static String json(List<GatewayKey> keys, UsageFile.Month used, YearMonth month) {
    var writer = new JsonWriter().beginArray();
    for (var key : keys) {
      KeyRingJson.writeMembers(key, writer.beginObject());
      UsageFile.writeMembers(used.of(key.id(), month), writer.name("used").beginObject());
      writer.endObject().endObject();
    }
    return new String(writer.endArray().toBytes(), StandardCharsets.UTF_8);
  }

  private static List<String> row(GatewayKey key, Usage used, Instant now) {
    var expires = key.expires();
    var until = (expires == null) ? "never" : expires.toString().replaceFirst("T.*", "");
    return List.of(
        key.id(),
        key.tenant(),
        key.scope().isEmpty() ? "its own" : key.scope(),
        key.models().isEmpty() ? "all" : String.join(",", key.models()),
        key.isExpired(now) ? "is over" : until,
        Long.toString(used.calls()),
        Long.toString(used.hits()),
        of(used.sent(), key.quota().callsPerMonth()),
        of(used.spent().tokens(), key.quota().tokensPerMonth()),
        dollars(used.spent().billionths(), key.quota().billionthsPerMonth()));
  }

  private static String of(long used, long bound) {
    return (bound == 0) ? Long.toString(used) : used + "/" + bound;
  }

  private static String dollars(long used, long bound) {
    var dollars = Dollars.rounded(used, DIGITS);
    return (bound == 0) ? dollars : dollars + "/" + Dollars.text(bound);
  }

  private void print(List<List<String>> rows) {
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(other -> other.get(column).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
      }
      surroundings.out().println(line.toString().stripTrailing());
    }
  }
}
