package dev.refrain.gateway.admin;

import dev.refrain.gateway.figures.Figures;
import java.util.List;
import java.util.Map;

/** Tells the figures. */
public final class FigureRoutes {
  private static final int OK = 200;
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private FigureRoutes() {}

  /** Returns what there is to ask for. */
  public static List<Route> of(Figures figures) {
    return List.of(
        Route.get("/-/api/now", request -> json(figures.now().toJson())),
        Route.get("/-/metrics", request -> AdminReply.text(PROMETHEUS, figures.metrics())));
  }

  private static AdminReply json(byte[] body) {
    return new AdminReply(OK, "application/json", Map.of(), body);
  }
}
