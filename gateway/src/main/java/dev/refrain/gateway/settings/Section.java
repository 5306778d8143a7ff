package dev.refrain.gateway.settings;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings that belong together.
 *
 * @param name the beginning of their paths; empty for those of the top
 * @param help what they are about
 */
record Section(String name, String help, List<Setting<?>> settings) {
  Section {
    settings = List.copyOf(settings);
  }

  /** Returns the setting of this name within the section, or null. */
  @Nullable Setting<?> find(String settingName) {
    for (int i = 0; i < settings.size(); i++) {
      if (settings.get(i).name().equals(settingName)) {
        return settings.get(i);
      }
    }
    return null;
  }

  List<String> names() {
    var names = new ArrayList<String>();
    for (var setting : settings) {
      names.add(setting.name());
    }
    return names;
  }
}
