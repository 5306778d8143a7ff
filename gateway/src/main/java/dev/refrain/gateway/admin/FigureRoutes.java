package dev.refrain.gateway.admin;

import dev.refrain.gateway.figures.Figures;
import java.util.List;
import java.util.Map;

/** Tells the figures. */
public final class FigureRoutes {
  private static final int OK = 200;

  private FigureRoutes() {}

  /** Returns what there is to ask for. */
  public static List<Route> of(Figures figures) {
    return List.of(
        Route.get(
            "/-/api/now",
            request -> new AdminReply(OK, "application/json", Map.of(), figures.now().toJson())));
  }
}
