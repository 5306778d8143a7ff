package dev.refrain.gateway.cli;

import dev.refrain.gateway.keys.Dollars;
import dev.refrain.gateway.keys.GatewayKey;
import dev.refrain.gateway.keys.KeyRingJson;
import dev.refrain.gateway.keys.KeyText;
import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.gateway.keys.Quota;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code refrain keys add}: makes a key, and shows it this once. */
final class KeysAdd {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._@-]{0,99}";
  private static final String PATTERN = "[^*,\\s\\p{Cntrl}]{0,200}\\*?";
  private static final String DAYS = "[1-9]\\d{0,3}d";
  private static final String COUNT = "[1-9]\\d{0,14}";

  private final Surroundings surroundings;
  private final InstantSource clock;

  KeysAdd(Surroundings surroundings, InstantSource clock) {
    this.surroundings = surroundings;
    this.clock = clock;
  }

  CommandSpec specification() {
    var add =
        CommandSpec.create()
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0")
                    .arity("1")
                    .required(true)
                    .type(String.class)
                    .paramLabel("TENANT")
                    .description("Whose key it is. All keys of a tenant share their answers.")
                    .build())
            .addOption(
                KeysCommand.option(
                    "--scope", "NAME", "Share answers with all keys that have the same NAME."))
            .addOption(
                list("--model", "PATTERN", "A model that may be asked: a name, or gpt-4* (all)."))
            .addOption(
                list(
                    "--credential",
                    "UPSTREAM=NAME",
                    "Show that upstream the credential NAME of the settings, not its usual one."))
            .addOption(
                KeysCommand.option("--expires", "WHEN", "After 30d, or on 2027-01-31 (never)."))
            .addOption(
                KeysCommand.option("--calls-per-minute", "COUNT", "Calls a minute (unbounded)."))
            .addOption(
                KeysCommand.option(
                    "--calls-per-month",
                    "COUNT",
                    "Calls upstream a month; those that the cache answers are free (unbounded)."))
            .addOption(
                KeysCommand.option(
                    "--tokens-per-month", "COUNT", "Tokens of those, in and out (unbounded)."))
            .addOption(
                KeysCommand.option(
                    "--dollars-per-month",
                    "AMOUNT",
                    "What those may cost by the table of prices, such as 20 or 2.50 (unbounded)."));
    add.usageMessage()
        .description("Makes a key, prints it, and forgets it: only its hash is kept.")
        .footer(
            "",
            "Examples:",
            "  refrain keys add acme",
            "  refrain keys add acme --model 'gpt-4o*' --expires 90d --calls-per-minute 60",
            "  refrain keys add lab --credential openai=lab --tokens-per-month 5000000",
            "  KEY=$(refrain keys add ci 2>/dev/null)",
            "",
            Program.EXIT_CODES);
    return add;
  }

  private static OptionSpec list(String name, String value, String help) {
    return OptionSpec.builder(name)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(value)
        .description(help + " May be repeated.")
        .build();
  }

  int execute(ParseResult parsed, KeysFile file) throws IOException {
    String text = KeyText.random();
    var key = key(parsed, KeyText.hash(text));
    file.change(ring -> ring.with(key));
    if (parsed.hasMatchedOption("--json")) {
      var writer = new JsonWriter().beginObject().name("key").string(text);
      KeyRingJson.writeMembers(key, writer);
      surroundings.out().println(new String(writer.endObject().toBytes(), StandardCharsets.UTF_8));
    } else {
      surroundings.out().println(text);
      surroundings
          .err()
          .println("refrain: this is key %s. Keep it: it is shown only now.".formatted(key.id()));
    }
    return ExitCode.OK;
  }

  private GatewayKey key(ParseResult parsed, String hash) {
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    String tenant = parsed.matchedPositionalValue(0, "");
    String scope = parsed.matchedOptionValue("--scope", "");
    boolean apart = !parsed.hasMatchedOption("--scope");
    require(parsed, tenant.matches(NAME), "a tenant is called by letters, digits and . _ @ -");
    require(
        parsed, apart || scope.matches(NAME), "a scope is called by letters, digits and . _ @ -");
    List<String> models = parsed.matchedOptionValue("--model", List.<String>of());
    for (var model : models) {
      boolean pattern = !model.isEmpty() && model.matches(PATTERN);
      require(parsed, pattern, "a model is a name, or the beginning of one followed by *");
    }
    return new GatewayKey(
        hash,
        tenant,
        scope,
        models,
        credentials(parsed),
        now,
        expires(parsed, now),
        new Quota(
            count(parsed, "--calls-per-minute"),
            count(parsed, "--calls-per-month"),
            count(parsed, "--tokens-per-month"),
            dollars(parsed)));
  }

  private static Map<String, String> credentials(ParseResult parsed) {
    var credentials = new HashMap<String, String>();
    for (var pair : parsed.matchedOptionValue("--credential", List.<String>of())) {
      int equals = pair.indexOf('=');
      boolean named =
          equals > 0
              && pair.substring(0, equals).matches(NAME)
              && pair.substring(equals + 1).matches(NAME);
      require(parsed, named, "--credential takes UPSTREAM=NAME, such as openai=lab");
      var before = credentials.put(pair.substring(0, equals), pair.substring(equals + 1));
      require(parsed, before == null, "--credential names one upstream twice");
    }
    return credentials;
  }

  private static @Nullable Instant expires(ParseResult parsed, Instant now) {
    if (!parsed.hasMatchedOption("--expires")) {
      return null;
    }
    String text = parsed.matchedOptionValue("--expires", "");
    Instant expires = now;
    try {
      expires =
          text.matches(DAYS)
              ? now.plus(Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1))))
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      // said below
    }
    require(
        parsed, expires.isAfter(now), "--expires takes 30d, or a day to come such as 2027-01-31");
    return expires;
  }

  private static long count(ParseResult parsed, String option) {
    if (!parsed.hasMatchedOption(option)) {
      return 0;
    }
    String text = parsed.matchedOptionValue(option, "");
    require(parsed, text.matches(COUNT), option + " takes a whole number above zero");
    return Long.parseLong(text);
  }

  private static long dollars(ParseResult parsed) {
    if (!parsed.hasMatchedOption("--dollars-per-month")) {
      return 0;
    }
    String text = parsed.matchedOptionValue("--dollars-per-month", "");
    long billionths = 0;
    try {
      billionths = Dollars.billionths(text);
    } catch (NumberFormatException e) {
      // said below
    }
    require(parsed, billionths > 0, "--dollars-per-month takes an amount such as 20 or 2.50");
    return billionths;
  }

  /** What was wrong is not shown: it may be a key in the wrong place. */
  private static void require(ParseResult parsed, boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(parsed.commandSpec().commandLine(), otherwise);
    }
  }
}
