package dev.refrain.gateway;

import dev.refrain.CacheFigures;
import dev.refrain.gateway.figures.AccessLog;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.figures.Figures.Sources;
import dev.refrain.gateway.figures.Lazy;
import dev.refrain.gateway.figures.LogSettings;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.settings.FigureSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What figures need of the world outside, opened before there is anything to count. */
record Bookkeeping(
    FigureSettings settings,
    Supplier<Prices> prices,
    @Nullable AccessLog log,
    @Nullable Path directory) {

  /**
   * Opens what the settings name.
   *
   * @param directory where to keep what was saved; null for nowhere
   * @throws IOException if it cannot be read or written
   */
  static Bookkeeping open(FigureSettings settings, @Nullable Path directory) throws IOException {
    var prices = prices(settings.prices());
    return new Bookkeeping(settings, prices, log(settings.log()), directory);
  }

  private static Supplier<Prices> prices(@Nullable Path file) throws IOException {
    if (file == null) {
      return new Lazy<>(Prices::builtIn);
    }
    var read = Prices.at(file);
    return () -> read;
  }

  private static @Nullable AccessLog log(LogSettings settings) throws IOException {
    try {
      return settings.enabled() ? AccessLog.open(settings) : null;
    } catch (IOException e) {
      throw new IOException("the access log cannot be written: " + e, e);
    }
  }

  /** Begins to count. */
  Figures begin(Supplier<CacheFigures> cache) {
    var sources = new Sources(cache, prices, InstantSource.system(), log);
    return settings.collected() ? Figures.open(sources, directory) : Figures.none(sources);
  }
}
