package dev.refrain.gateway.settings;

import dev.refrain.gateway.figures.LogSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is counted, and told of it.
 *
 * @param collected whether calls are counted at all
 * @param prices the file of prices; null for those that came with the program
 */
public record FigureSettings(boolean collected, @Nullable Path prices, LogSettings log) {
  /** All is counted, with the built-in prices, and nothing logged. */
  public static final FigureSettings DEFAULT = new FigureSettings(true, null, LogSettings.OFF);
}
