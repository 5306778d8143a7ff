package dev.refrain.gateway.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The settings among the environment variables. An empty one counts as not set. */
final class Environment {
  static final String PREFIX = "REFRAIN_";

  /** Names the file of settings, as {@code --config} does. */
  static final String CONFIG = "REFRAIN_CONFIG";

  private static final String UPSTREAM = "REFRAIN_UPSTREAM_";

  /** Meant for the launcher. */
  private static final List<String> LAUNCHER =
      List.of("REFRAIN_JAVA_HOME", "REFRAIN_JAVA_OPTS", "REFRAIN_JAVA");

  /** Read where they are used. */
  private static final List<String> ELSEWHERE =
      List.of(CONFIG, DataRows.SECRET_VARIABLE, DataRows.OLD_SECRET_VARIABLE);

  private Environment() {}

  static void read(Map<String, String> environment, Draft draft) {
    for (var entry : new TreeMap<>(environment).entrySet()) {
      if (!entry.getValue().isEmpty()) {
        read(entry.getKey(), entry.getValue(), draft);
      }
    }
  }

  private static void read(String name, String text, Draft draft) {
    if (name.startsWith(PREFIX) && !ELSEWHERE.contains(name) && !LAUNCHER.contains(name)) {
      var origin = new Origin.Variable(name);
      String path = name.startsWith(UPSTREAM) ? upstreamPath(name, draft) : path(name);
      if (path == null) {
        draft.complain(origin, "unknown variable" + Nearest.hint(name, names(draft)));
      } else {
        draft.put(path, text, origin);
      }
    }
  }

  private static @Nullable String path(String variable) {
    for (var setting : Table.single()) {
      if (setting.variable().equals(variable)) {
        return setting.path();
      }
    }
    return null;
  }

  /** Variables are written in capitals and without hyphens, so their upstream is looked for. */
  private static String upstreamPath(String variable, Draft draft) {
    String capitals = variable.substring(UPSTREAM.length());
    String name = capitals.toLowerCase(Locale.ROOT).replace('_', '-');
    for (var known : draft.upstreams().keySet()) {
      name = inCapitals(known).equals(capitals) ? known : name;
    }
    return UpstreamRows.NAME + "." + name + ".url";
  }

  private static List<String> names(Draft draft) {
    var names = new ArrayList<String>(LAUNCHER);
    names.addAll(ELSEWHERE);
    for (var setting : Table.single()) {
      names.add(setting.variable());
    }
    for (var upstream : draft.upstreams().keySet()) {
      names.add(UPSTREAM + inCapitals(upstream));
    }
    return names;
  }

  /** Returns a path or name as it stands in variables. */
  static String inCapitals(String path) {
    return path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
