package dev.refrain.gateway.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The settings in a file. */
final class SettingsFile {
  private static final int BYTES_MAX = 1 << 20;

  private final Draft draft;
  private final Complaints complaints;

  private SettingsFile(Draft draft) {
    this.draft = draft;
    this.complaints = draft.complaints();
  }

  /**
   * Reads a file.
   *
   * @param shown the file as people are shown it
   */
  static void read(Path file, Path shown, Draft draft) {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IOException("expected a file of at most " + Sizes.show(BYTES_MAX));
      }
      var root = YamlReader.read(shown, text(bytes), draft.complaints());
      if (root != null) {
        new SettingsFile(draft).readTop(root);
      }
    } catch (CharacterCodingException e) {
      draft.complain(new Origin.Line(shown, 1, 1), "this is no UTF-8");
    } catch (IOException e) {
      draft.complain(new Origin.Line(shown, 1, 1), "cannot be read: " + e.getMessage());
    }
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private void readTop(Yaml root) {
    for (var entry : entries(root, "settings")) {
      var section = Table.section(entry.name());
      var setting = GeneralRows.GENERAL.find(entry.name());
      if (setting != null) {
        put(setting, entry.value(), draft.values());
      } else if (section != null && !section.name().isEmpty()) {
        readSection(section, entry.value(), draft.values());
      } else if (entry.name().equals(UpstreamRows.NAME)) {
        readNamed(UpstreamRows.SECTION, entry.value(), "names of upstreams");
      } else if (entry.name().equals(CredentialRows.NAME)) {
        readNamed(CredentialRows.SECTION, entry.value(), "names of credentials");
      } else if (entry.name().equals(RuleRows.NAME)) {
        readRules(entry.value());
      } else {
        complaints.add(entry.place(), Table.unknown(entry.name(), Table.topNames()));
      }
    }
  }

  private void readNamed(Section section, Yaml node, String expected) {
    for (var entry : entries(node, expected)) {
      readSection(section, entry.value(), draft.named(section, entry.name(), entry.place()));
    }
  }

  private void readRules(Yaml node) {
    switch (node) {
      case Yaml.Sequence sequence -> {
        for (var item : sequence.items()) {
          readSection(RuleRows.SECTION, item, draft.addRule(item.place()));
        }
      }
      case Yaml.Nothing unused -> {}
      case Yaml.Scalar unused -> complaints.add(node.place(), "expected a list of rules");
      case Yaml.Mapping unused ->
          complaints.add(node.place(), "expected a list of rules, each begun with '- '");
    }
  }

  private void readSection(Section section, Yaml node, Values values) {
    if (!(node instanceof Yaml.Mapping || node instanceof Yaml.Nothing)) {
      values.markFaulty();
    }
    for (var entry : entries(node, String.join(", ", section.names()))) {
      var setting = section.find(entry.name());
      if (setting == null) {
        complaints.add(entry.place(), Table.unknown(entry.name(), section.names()));
        values.markFaulty();
      } else {
        put(setting, entry.value(), values);
      }
    }
  }

  private List<Yaml.Entry> entries(Yaml node, String expected) {
    return switch (node) {
      case Yaml.Mapping mapping -> mapping.entries();
      case Yaml.Nothing unused -> List.of();
      case Yaml.Scalar unused -> {
        complaints.add(node.place(), "expected beneath this: " + expected);
        yield List.of();
      }
      case Yaml.Sequence unused -> {
        complaints.add(node.place(), "expected no list, but beneath this: " + expected);
        yield List.of();
      }
    };
  }

  private void put(Setting<?> setting, Yaml node, Values values) {
    switch (node) {
      case Yaml.Scalar scalar -> values.put(setting, scalar.text(), scalar.place(), complaints);
      case Yaml.Sequence sequence -> putList(setting, sequence, values);
      case Yaml.Nothing unused -> putUnreadable(setting, node, "nothing", values);
      case Yaml.Mapping unused -> putUnreadable(setting, node, "further settings", values);
    }
  }

  /** Reads each item by itself, so that a wrong one is shown where it stands. */
  private void putList(Setting<?> setting, Yaml.Sequence sequence, Values values) {
    var type = setting.type().item();
    if (type == null) {
      putUnreadable(setting, sequence, "a list", values);
      return;
    }
    var texts = new ArrayList<String>();
    for (var item : sequence.items()) {
      try {
        String text = (item instanceof Yaml.Scalar scalar) ? scalar.text() : "";
        type.read(text);
        texts.add(text);
      } catch (BadTextException e) {
        complaints.add(item.place(), e.getMessage());
      }
    }
    values.put(setting, String.join(",", texts), sequence.place(), complaints);
  }

  private void putUnreadable(Setting<?> setting, Yaml node, String found, Values values) {
    complaints.add(node.place(), "expected " + setting.type().expected() + ", not " + found);
    values.putUnreadable(setting, node.place());
  }
}
