package dev.refrain.gateway.settings;

import java.util.List;

/** The table of settings, for people to read. */
public final class SettingsReference {
  private static final int WIDTH = 90;
  private static final int PATH_WIDTH = 31;

  private SettingsReference() {}

  /** Returns one setting's meaning, and its default in brackets. */
  public static String ofFlag(String path) {
    for (var setting : Table.single()) {
      if (setting.path().equals(path)) {
        return setting.help() + " (" + setting.initialShown() + ").";
      }
    }
    throw new IllegalArgumentException("no setting " + path);
  }

  /** Returns all settings with their defaults and meanings. */
  public static String forTerminal() {
    var text = new StringBuilder();
    wrap(
        "Settings with their defaults. Each can stand in refrain.yaml; or follow --set, as in"
            + " --set cache.ttl=12h; or be an environment variable, as in REFRAIN_CACHE_TTL=12h.",
        "",
        text);
    for (var section : Table.SECTIONS) {
      text.append('\n');
      wrap(section.help() + ":", "", text);
      for (var setting : section.settings()) {
        text.append("  ").append(setting.path());
        text.append(" ".repeat(Math.max(1, PATH_WIDTH - setting.path().length())));
        text.append(setting.initialShown()).append('\n');
        wrap(setting.help(), "      ", text);
      }
    }
    return text.toString();
  }

  private static void wrap(String sentence, String indent, StringBuilder text) {
    int column = 0;
    for (var word : List.of(sentence.split(" ", -1))) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        text.append('\n');
        column = 0;
      }
      text.append((column == 0) ? indent : " ").append(word);
      column += word.length() + ((column == 0) ? indent.length() : 1);
    }
    text.append('\n');
  }
}
