package dev.refrain.gateway.cli;

import dev.refrain.gateway.figures.Prices;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** By which prices a command counts, and what it says of them. */
final class PriceTable {
  private static final String OPTION = "--prices";

  private PriceTable() {}

  static OptionSpec option() {
    return KeysCommand.option(
        OPTION, "FILE", "What tokens cost; else figures.prices, else what came with the program.");
  }

  /**
   * Reads the table that the caller names or else the settings, if any does.
   *
   * @throws IOException if it cannot be read; the message says why
   */
  static Prices read(ParseResult parsed, Surroundings surroundings, @Nullable Path ofSettings)
      throws IOException {
    String named = parsed.matchedOptionValue(OPTION, null);
    return Prices.at((named == null) ? ofSettings : surroundings.directory().resolve(named));
  }
}
