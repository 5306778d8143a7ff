package dev.refrain.gateway.settings;

import java.util.List;

/** What stands in a file of settings, and where. */
sealed interface Yaml {
  Origin.Line place();

  /** A value. */
  record Scalar(Origin.Line place, String text) implements Yaml {}

  /** Nothing where a value or more could stand. */
  record Nothing(Origin.Line place) implements Yaml {}

  /** Names with what they stand for. */
  record Mapping(Origin.Line place, List<Entry> entries) implements Yaml {}

  /** A list. */
  record Sequence(Origin.Line place, List<Yaml> items) implements Yaml {}

  /** A name, which stands at its own place, and what it stands for. */
  record Entry(Origin.Line place, String name, Yaml value) {}
}
