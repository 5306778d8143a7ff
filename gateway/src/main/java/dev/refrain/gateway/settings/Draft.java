package dev.refrain.gateway.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings while they are gathered, one source after the other. Not thread-safe. */
final class Draft {
  private final Path directory;
  private final Values values = new Values();
  private final Map<String, Part> upstreams = new LinkedHashMap<>();
  private final Map<String, Part> credentials = new LinkedHashMap<>();
  private final List<Part> rules = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Complaints complaints = new Complaints();

  /** One of several things of the same sort, and where it was first mentioned. */
  record Part(Values values, Origin origin) {}

  /**
   * Begins with the known upstreams and nothing else.
   *
   * @param directory to which the names of files that stand in no file relate
   */
  Draft(Path directory) {
    this.directory = directory;
    UpstreamRows.addKnown(this);
  }

  Values values() {
    return values;
  }

  Map<String, Part> upstreams() {
    return upstreams;
  }

  Map<String, Part> credentials() {
    return credentials;
  }

  List<Part> rules() {
    return rules;
  }

  List<String> warnings() {
    return warnings;
  }

  Complaints complaints() {
    return complaints;
  }

  /** Notes what makes the settings unusable. */
  void complain(Origin origin, String message) {
    complaints.add(origin, message);
  }

  /** Notes what is allowed, but hardly meant. */
  void warn(String message) {
    warnings.add(message);
  }

  /** Returns what is known of an upstream, which is new if nobody has mentioned it. */
  Values upstream(String name, Origin origin) {
    var known = upstreams.get(name);
    if (known == null) {
      UpstreamRows.checkName(name, origin, complaints);
      known = new Part(new Values(), origin);
      upstreams.put(name, known);
    }
    return known.values;
  }

  /** The same for a credential. */
  Values credential(String name, Origin origin) {
    var known = credentials.get(name);
    if (known == null) {
      CredentialRows.checkName(name, origin, complaints);
      known = new Part(new Values(), origin);
      credentials.put(name, known);
    }
    return known.values;
  }

  /** Returns a new rule, in which the settings for all calls hold unless set. */
  Values addRule(Origin origin) {
    var rule = new Part(new Values(values), origin);
    rules.add(rule);
    return rule.values;
  }

  /** Sets what a path of the table names. */
  void put(String path, String text, Origin origin) {
    var setting = Table.find(path);
    if (setting != null) {
      values.put(setting, text, origin, complaints);
    } else if (path.startsWith(UpstreamRows.NAME + ".")) {
      putNamed(UpstreamRows.SECTION, path, text, origin);
    } else if (path.startsWith(CredentialRows.NAME + ".")) {
      putNamed(CredentialRows.SECTION, path, text, origin);
    } else if (path.equals(RuleRows.NAME) || path.startsWith(RuleRows.NAME + ".")) {
      complaints.add(origin, "rules can be set in the file only");
    } else {
      complaints.add(origin, Table.unknown(path, Table.paths()));
    }
  }

  private void putNamed(Section section, String path, String text, Origin origin) {
    int from = section.name().length() + 1;
    int point = path.indexOf('.', from);
    var setting = (point < 0) ? null : section.find(path.substring(point + 1));
    if (setting == null) {
      complaints.add(
          origin,
          "expected '%s.NAME.' and one of %s, not %s"
              .formatted(
                  section.name(),
                  String.join(", ", section.names()),
                  BadTextException.quoted(path)));
      return;
    }
    named(section, path.substring(from, point), origin).put(setting, text, origin, complaints);
  }

  /** Returns what is known of one of the things that a section describes. */
  Values named(Section section, String name, Origin origin) {
    return section.equals(CredentialRows.SECTION)
        ? credential(name, origin)
        : upstream(name, origin);
  }

  /** Returns the file that a setting names, or null; relative to the file that names it. */
  @Nullable Path file(Setting<String> setting) {
    return file(values, setting);
  }

  /** The same for a setting among others than the single ones. */
  @Nullable Path file(Values among, Setting<String> setting) {
    String name = among.find(setting);
    if (name == null) {
      return null;
    }
    Path base =
        (among.origin(setting) instanceof Origin.Line line)
            ? directory.resolve(line.file()).getParent()
            : directory;
    return (base == null) ? Path.of(name) : base.resolve(name);
  }
}
