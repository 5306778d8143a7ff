package dev.refrain.gateway.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds what is asked for by method and path. */
public final class Router {
  /** What there is for a path. */
  public sealed interface Match {
    /** This. */
    record Found(Route route, Map<String, String> variables) implements Match {}

    /**
     * Something, but not by this method.
     *
     * @param allowed the methods by which there is, parted by commas
     */
    record WrongMethod(String allowed) implements Match {}

    /** Nothing. */
    record Nothing() implements Match {}
  }

  private final List<Route> routes;

  public Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /** Returns what there is. */
  public Match find(String method, String path) {
    var wanted = method.equals("HEAD") ? "GET" : method;
    var methods = new TreeSet<String>();
    for (var route : routes) {
      var variables = variables(route.pattern(), path);
      if (variables != null && route.method().equals(wanted)) {
        return new Match.Found(route, variables);
      }
      if (variables != null) {
        methods.add(route.method());
      }
    }
    if (methods.isEmpty()) {
      return new Match.Nothing();
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return new Match.WrongMethod(String.join(", ", methods));
  }

  /** Returns what the names in braces stand for; null if the path does not fit the pattern. */
  private static @Nullable Map<String, String> variables(String pattern, String path) {
    var wanted = segments(pattern);
    var given = segments(path);
    if (wanted.size() != given.size()) {
      return null;
    }
    var variables = new HashMap<String, String>();
    for (int i = 0; i < wanted.size(); i++) {
      var name = wanted.get(i);
      var value = given.get(i);
      if (name.startsWith("{") && !value.isEmpty()) {
        variables.put(name.substring(1, name.length() - 1), value);
      } else if (!name.equals(value)) {
        return null;
      }
    }
    return variables;
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}
