package dev.refrain.gateway.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
          GeneralRows.TLS,
          UpstreamRows.SECTION,
          CacheRows.SECTION,
          RuleRows.PATTERNS,
          LimitsRows.SECTION,
          ConnectionsRows.SECTION,
          AskRows.SECTION,
          DemoRows.SECTION);

  private Table() {}

  /** Returns whether there may be several of what a section describes, or none. */
  static boolean isRepeated(Section section) {
    return section == UpstreamRows.SECTION || section == RuleRows.PATTERNS;
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
    String unknown = "unknown setting " + BadTextException.quoted(name);
    String hint = Nearest.hint(name, possible);
    if (hint.isEmpty()) {
      hint = elsewhere(name);
    }
    return unknown + (hint.isEmpty() ? ", expected one of " + String.join(", ", possible) : hint);
  }

  /** Finds a setting of this very name in another section. */
  private static String elsewhere(String name) {
    for (var setting : single()) {
      if (setting.name().equals(name)) {
        return ", did you mean '" + setting.path() + "'?";
      }
    }
    return "";
  }
}
