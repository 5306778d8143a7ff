package dev.refrain.gateway.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings under trial: a folder, an environment and flags, all of them made for the occasion. */
final class Trial {
  static final long HEAP = 4L << 30;

  final Path directory;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> sets = new ArrayList<>();
  private final List<String> upstreams = new ArrayList<>();
  private String config;
  private String listen;
  private String memory;
  private String data;
  private long heap = HEAP;

  Trial(Path directory) {
    this.directory = directory;
  }

  /** Writes a file; {@code refrain.yaml} is found by itself. */
  Trial file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Trial file(String name, byte[] bytes) {
    try {
      Files.createDirectories(directory.resolve(name).getParent());
      Files.write(directory.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Trial yaml(String text) {
    return file("refrain.yaml", text);
  }

  Trial variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Trial set(String pair) {
    sets.add(pair);
    return this;
  }

  Trial upstream(String pair) {
    upstreams.add(pair);
    return this;
  }

  Trial config(String name) {
    config = name;
    return this;
  }

  Trial listen(String address) {
    listen = address;
    return this;
  }

  Trial memory(String size) {
    memory = size;
    return this;
  }

  Trial data(String directory) {
    data = directory;
    return this;
  }

  /** Sets how large the heap may grow. */
  Trial heap(long bytes) {
    heap = bytes;
    return this;
  }

  LoadedSettings load() throws SettingsRefusedException {
    return new SettingsLoader(directory, environment, heap)
        .load(new Flags(config, listen, memory, data, upstreams, sets));
  }

  Settings settings() throws SettingsRefusedException {
    return load().settings();
  }

  /** Returns all that is complained of, a line for each; nothing if the settings are right. */
  List<String> complaints() {
    try {
      load();
      return List.of();
    } catch (SettingsRefusedException e) {
      return e.complaints().stream().map(Complaint::toString).toList();
    }
  }

  /** Returns where a setting came from, with its text. */
  static String sourceOf(LoadedSettings loaded, String path) {
    var value = loaded.values().stream().filter(v -> v.path().equals(path)).findFirst();
    return value.map(v -> v.text() + " from " + v.origin()).orElse("nowhere");
  }
}
