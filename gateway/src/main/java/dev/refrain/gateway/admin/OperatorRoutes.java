package dev.refrain.gateway.admin;

import dev.refrain.LlmCache;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/** All that the operator can ask for. */
public final class OperatorRoutes {
  private OperatorRoutes() {}

  /** Returns it. */
  public static List<Route> of(
      About about, Settings settings, LlmCache cache, Figures figures, CallReader reader) {
    int bodyBytesMax = settings.limits().bodyBytesMax();
    var routes = new ArrayList<Route>();
    routes.add(about.route());
    routes.add(new Invalidation(cache, reader).route(bodyBytesMax));
    routes.add(new Explain(cache, reader).route(bodyBytesMax));
    routes.addAll(FigureRoutes.of(figures));
    return routes;
  }
}
