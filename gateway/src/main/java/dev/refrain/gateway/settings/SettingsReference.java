package dev.refrain.gateway.settings;

/** The table of settings, for people to read. */
public final class SettingsReference {
  private SettingsReference() {}

  /** Returns all settings with their defaults, a line for each. */
  public static String forTerminal() {
    var text = new StringBuilder();
    text.append(
        "Settings, in refrain.yaml; or as --set cache.ttl=12h; or as REFRAIN_CACHE_TTL=12h:\n");
    for (var section : Table.SECTIONS) {
      text.append('\n').append(section.help()).append(":\n");
      for (var setting : section.settings()) {
        text.append("  ").append(setting.path());
        text.append(" ".repeat(Math.max(1, 30 - setting.path().length())));
        text.append(setting.initialShown()).append('\n');
        text.append("      ").append(setting.help()).append('\n');
      }
    }
    return text.toString();
  }
}
