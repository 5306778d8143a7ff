package dev.refrain.gateway.keys;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A board in memory that can be away, lose its replies, and lose all that was written there. */
final class FakeBoard implements Board {
  private final Map<String, Map<String, String>> sheets = new HashMap<>();
  private Trouble trouble = Trouble.NONE;
  private int exchanged;

  /** What can be wrong with it. */
  enum Trouble {
    NONE,
    AWAY,
    SCRAWLED, // nobody can read it
    LOSES_REPLIES
  }

  @Override
  public synchronized Map<String, Map<String, String>> exchange(List<Sheet> asked)
      throws IOException {
    if (trouble == Trouble.AWAY) {
      throw new IOException("the board is away");
    }
    var before = new HashMap<String, Map<String, String>>();
    for (var sheet : asked) {
      exchanged++;
      if (trouble == Trouble.SCRAWLED) {
        continue;
      }
      var lines = sheets.computeIfAbsent(sheet.name(), unused -> new HashMap<>());
      before.put(sheet.name(), Map.copyOf(lines));
      lines.putAll(sheet.lines());
      sheet.ifMissing().forEach(lines::putIfAbsent);
    }
    if (trouble == Trouble.LOSES_REPLIES) {
      throw new IOException("the board said nothing");
    }
    return before;
  }

  synchronized void suffer(Trouble next) {
    trouble = next;
  }

  synchronized void flush() {
    sheets.clear();
  }

  /** Puts it back to what it was. */
  synchronized void restore(Map<String, Map<String, String>> old) {
    sheets.clear();
    old.forEach((name, lines) -> sheets.put(name, new HashMap<>(lines)));
  }

  /** Writes something on all sheets. */
  synchronized void scrawl(String line, String text) {
    sheets.values().forEach(lines -> lines.put(line, text));
  }

  /** Returns how many sheets were exchanged since this was asked last. */
  synchronized int exchanged() {
    int count = exchanged;
    exchanged = 0;
    return count;
  }

  synchronized Map<String, Map<String, String>> sheets() {
    var copy = new HashMap<String, Map<String, String>>();
    sheets.forEach((name, lines) -> copy.put(name, Map.copyOf(lines)));
    return copy;
  }
}
