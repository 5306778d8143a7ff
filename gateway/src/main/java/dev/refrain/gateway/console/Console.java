package dev.refrain.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.admin.Route;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.figures.Laps;
import dev.refrain.gateway.settings.LoadedSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A page on which the operator sees what the cache does, and steers it. */
public final class Console implements AutoCloseable {
  private final ConsoleFiles files = new ConsoleFiles();
  private final SettingsPage settings;
  private final EntriesPage entries;
  private final EntryPage entry;
  private final RefreshPage refresh;
  private final Pulse pulse;

  private Console(
      LoadedSettings loaded, Catalogue catalogue, Figures figures, InstantSource clock) {
    settings = new SettingsPage(loaded);
    entries = new EntriesPage(catalogue.inventory(), clock);
    entry = new EntryPage(catalogue.inventory(), clock);
    refresh = new RefreshPage(catalogue);
    pulse = new Pulse(new Beat(figures, figures.laps()));
  }

  /** Opens a console, which begins to watch. */
  public static Console open(
      LoadedSettings loaded, Catalogue catalogue, Figures figures, InstantSource clock) {
    var console = new Console(loaded, catalogue, figures, clock);
    console.pulse.start();
    return console;
  }

  /** Returns what there is to ask for. */
  public List<Route> routes() {
    var routes = new ArrayList<>(files.routes());
    routes.addAll(
        List.of(settings.route(), entries.route(), entry.route(), refresh.route(), pulse.route()));
    return routes;
  }

  /** What the figures tell the pulse. */
  private record Beat(Figures all, Laps laps) implements Pulse.Source {
    @Override
    public List<long[]> samples() {
      return laps.rows();
    }

    @Override
    public String figures() {
      return new String(all.now().withoutSeconds().toJson(), UTF_8);
    }
  }

  /** Ends all that is told to browsers, which would never end by itself. */
  @Override
  public void close() {
    pulse.close();
  }
}
