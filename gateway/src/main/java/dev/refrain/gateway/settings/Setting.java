package dev.refrain.gateway.settings;

import org.jspecify.annotations.Nullable;

/**
 * A row of the table of settings: one thing that can be set, and the key under which {@link Values}
 * keep it.
 *
 * @param path the sections and the name, parted by points
 * @param initial the default as one would write it; null if there is none, or not always the same
 * @param initialShown the default as people are shown it
 * @param help a sentence without its end
 */
record Setting<T>(
    String path, Type<T> type, @Nullable String initial, String initialShown, String help) {

  /** A setting with a default. */
  static <T> Setting<T> of(String path, Type<T> type, String initial, String help) {
    return new Setting<>(path, type, initial, initial.isEmpty() ? "none" : initial, help);
  }

  /** A setting that may be left out, and what holds then. */
  static <T> Setting<T> optional(String path, Type<T> type, String otherwise, String help) {
    return new Setting<>(path, type, null, otherwise, help);
  }

  /** What is looked up so often at the start is told apart by its path, and not by all it has. */
  @Override
  public int hashCode() {
    return path.hashCode();
  }

  /** Returns the name within its section. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Returns the environment variable that sets this. */
  String variable() {
    return Environment.PREFIX + Environment.inCapitals(path);
  }

  /** Returns the default. */
  T initialValue() {
    if (initial == null) {
      throw new IllegalStateException(path + " has no default");
    }
    try {
      return type.read(initial);
    } catch (BadTextException e) {
      throw new IllegalStateException("the default of " + path + ": " + e.getMessage(), e);
    }
  }
}
