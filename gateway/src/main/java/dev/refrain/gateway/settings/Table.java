package dev.refrain.gateway.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that can be set. Parsing, the names of environment variables, suggestions, help and the
 * reference in {@code docs/configuration.md} come from this one table, whose rows stand, together
 * with the use that is made of them, in the classes named {@code …Rows}.
 */
final class Table {
  /** In the order in which people are shown them. */
  static final List<Section> SECTIONS =
      List.of(
          GeneralRows.GENERAL,
          TlsRows.SECTION,
          UpstreamRows.SECTION,
          CredentialRows.SECTION,
          AdminRows.SECTION,
          RedisRows.SECTION,
          CacheRows.SECTION,
          RuleRows.PATTERNS,
          ControlsRows.SECTION,
          LimitsRows.SECTION,
          ConnectionsRows.SECTION,
          RetryRows.SECTION,
          FigureRows.FIGURES,
          FigureRows.LOGGED,
          TraceRows.SECTION,
          AskRows.SECTION,
          DemoRows.SECTION);

  private static final Set<String> REPEATED =
      Set.of(UpstreamRows.NAME, CredentialRows.NAME, RuleRows.NAME);
  private static final int SHOWN_MAX = 20;

  private Table() {}

  /** Returns whether there may be several of what a section describes, or none. */
  static boolean isRepeated(Section section) {
    return REPEATED.contains(section.name());
  }

  /** Returns the section of this name that is there once, or null. */
  static @Nullable Section section(String name) {
    for (int i = 0; i < SECTIONS.size(); i++) {
      var section = SECTIONS.get(i);
      if (section.name().equals(name) && !isRepeated(section)) {
        return section;
      }
    }
    return null;
  }

  /** Returns the setting of this path, if it is there once, or null. */
  static @Nullable Setting<?> find(String path) {
    int point = path.indexOf('.');
    var section = section((point < 0) ? "" : path.substring(0, point));
    return (section == null) ? null : section.find(path.substring(point + 1));
  }

  /** Returns the settings that are there once. */
  static List<Setting<?>> single() {
    var single = new ArrayList<Setting<?>>();
    for (var section : SECTIONS) {
      if (!isRepeated(section)) {
        single.addAll(section.settings());
      }
    }
    return single;
  }

  /** Returns the paths of all settings. */
  static List<String> paths() {
    var paths = new ArrayList<String>();
    for (var section : SECTIONS) {
      for (var setting : section.settings()) {
        paths.add(setting.path());
      }
    }
    return paths;
  }

  /** Returns what can stand at the top of a file. */
  static List<String> topNames() {
    var names = new ArrayList<>(GeneralRows.GENERAL.names());
    for (var section : SECTIONS) {
      if (!section.name().isEmpty()) {
        names.add(section.name());
      }
    }
    return names;
  }

  /** Returns a complaint of a name that is none of those that can stand in its place. */
  static String unknown(String name, Collection<String> possible) {
    String nearest = Nearest.of(name, possible);
    nearest = (nearest == null) ? elsewhere(name) : nearest;
    String unknown = "unknown setting " + BadTextException.quoted(name);
    if (nearest != null) {
      return unknown + ", did you mean '" + nearest + "'?";
    }
    return (possible.size() > SHOWN_MAX)
        ? unknown + "; 'refrain serve --help' lists all"
        : unknown + ", expected one of " + String.join(", ", possible);
  }

  /** Finds a setting of this name, or nearly, in another section. */
  private static @Nullable String elsewhere(String name) {
    var paths = new HashMap<String, String>();
    for (var setting : single()) {
      paths.putIfAbsent(setting.name(), setting.path());
    }
    String nearest = Nearest.of(name, paths.keySet());
    return (nearest == null) ? null : paths.get(nearest);
  }
}
