package dev.refrain.gateway.settings;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was set, by setting; for all else another set of values is asked, or the default holds. */
final class Values {
  private final Map<Setting<?>, Given> given = new HashMap<>();
  private final @Nullable Values otherwise;
  private boolean faulty;

  /** A value with its text; null if the text could not be read, which was complained about. */
  private record Given(@Nullable Object value, String text, Origin origin) {}

  Values() {
    this(null);
  }

  Values(@Nullable Values otherwise) {
    this.otherwise = otherwise;
  }

  /** Sets a value, whatever it was before. */
  void put(Setting<?> setting, String text, Origin origin, Complaints complaints) {
    Object value = null;
    try {
      value = setting.type().read(text);
    } catch (BadTextException e) {
      complaints.add(origin, e.getMessage());
    }
    given.put(setting, new Given(value, text, origin));
  }

  /** Notes that there is something, but nothing that can be read. */
  void putUnreadable(Setting<?> setting, Origin origin) {
    given.put(setting, new Given(null, "", origin));
  }

  /** Notes that something stands among these that is no setting, perhaps one that is missing. */
  void markFaulty() {
    faulty = true;
  }

  boolean isFaulty() {
    return faulty;
  }

  <T> T get(Setting<T> setting) {
    T value = find(setting);
    return (value != null) ? value : setting.initialValue();
  }

  /** Returns the value, or null if none was set, whatever the default. */
  @SuppressWarnings("unchecked") // put reads each value by its setting's type
  <T> @Nullable T find(Setting<T> setting) {
    var here = given.get(setting);
    if (here != null && here.value != null) {
      return (T) here.value;
    }
    return (otherwise == null) ? null : otherwise.find(setting);
  }

  /** Returns whether it was set here, to something readable or not. */
  boolean isGiven(Setting<?> setting) {
    return given.containsKey(setting);
  }

  Origin origin(Setting<?> setting) {
    var here = given.get(setting);
    if (here != null) {
      return here.origin;
    }
    return (otherwise == null) ? new Origin.Default() : otherwise.origin(setting);
  }

  /** Returns the value as it was written, or the default as people are shown it. */
  String text(Setting<?> setting) {
    var here = given.get(setting);
    if (here != null) {
      return here.text;
    }
    return (otherwise == null) ? setting.initialShown() : otherwise.text(setting);
  }
}
