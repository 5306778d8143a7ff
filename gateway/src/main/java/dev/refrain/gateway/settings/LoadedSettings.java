package dev.refrain.gateway.settings;

import java.util.List;

/**
 * Settings that were read.
 *
 * @param values all of them with their origins; none holds a secret
 * @param warnings lines on what is allowed, but hardly meant
 */
public record LoadedSettings(Settings settings, List<SettingValue> values, List<String> warnings) {

  public LoadedSettings {
    values = List.copyOf(values);
    warnings = List.copyOf(warnings);
  }
}
