package dev.refrain.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Puts a file that is of no use out of the way, with what belongs to it, for somebody to see. */
final class Aside {
  /** So many of the same name are left lying; a disk that fails must not be filled by us. */
  private static final int LEFT_MAX = 2;

  private static final String MARK = ".aside-";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Aside() {}

  /** Moves a database file; returns its new name. */
  static Path move(Path file, Instant now) throws IOException {
    String name = file.getFileName() + MARK + TIME.format(now);
    var target = file.resolveSibling(name);
    for (int i = 2; Files.exists(target); i++) {
      target = file.resolveSibling(name + "-" + i);
    }
    Files.move(file, target);
    var log = beside(file, "-wal");
    if (Files.exists(log)) {
      Files.move(log, beside(target, "-wal"));
    }
    Files.deleteIfExists(beside(file, "-shm"));
    deleteOldest(file);
    return target;
  }

  private static void deleteOldest(Path file) throws IOException {
    var left = left(file);
    for (var old : left.subList(0, Math.max(0, left.size() - LEFT_MAX))) {
      Files.deleteIfExists(old);
      Files.deleteIfExists(beside(old, "-wal"));
    }
  }

  /** Returns the files that were put aside, the oldest first: their names tell the time. */
  static List<Path> left(Path file) throws IOException {
    var left = new ArrayList<Path>();
    var directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      return left;
    }
    String start = file.getFileName() + MARK;
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(start) && !name.endsWith("-wal")) {
          left.add(entry);
        }
      }
    }
    left.sort(Comparator.comparing(Path::toString));
    return left;
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }
}
