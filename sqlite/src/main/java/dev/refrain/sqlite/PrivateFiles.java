package dev.refrain.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;

/** Makes files that are for their owner alone: answers are as private as the questions. */
final class PrivateFiles {
  private static final int CANNOT_OPEN = 14;

  private PrivateFiles() {}

  /** Makes a directory, and those above it, where they are missing. */
  static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, attributes(directory, "rwx------"));
  }

  /** Makes an empty file, which is one of SQLite's, where it is missing. */
  static void make(Path file) throws SQLException {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file, attributes(file, "rw-------"));
      }
    } catch (FileAlreadyExistsException e) {
      // somebody was quicker, which is as good
    } catch (IOException e) {
      throw new SQLException("cannot make " + file + ": " + e, null, CANNOT_OPEN, e);
    }
  }

  private static FileAttribute<?>[] attributes(Path file, String permissions) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
