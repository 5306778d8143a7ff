package dev.refrain.gateway.figures;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where the access log goes: a file that is begun anew when it is large, or standard output. */
final class LogFile implements AutoCloseable {
  /*
   * FILE becomes FILE.1, that becomes FILE.2, and so on; the oldest is removed. Whoever does that
   * himself, such as logrotate, may as well: a file that is no longer under its name is left, and
   * one that was cut is written on from its new end, as each write goes to the end. For one thread.
   */

  private static final int BUFFER_BYTES = 64 << 10;

  private final @Nullable Path file;
  private final long bytesMax;
  private final int filesMax;
  private OutputStream out;
  private @Nullable Object identity;

  LogFile(LogSettings settings) throws IOException {
    file = settings.file();
    bytesMax = settings.bytesMax();
    filesMax = settings.filesMax();
    out = open();
  }

  private OutputStream open() throws IOException {
    if (file == null) {
      return new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES);
    }
    var folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    var opened =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            BUFFER_BYTES);
    identity = attributes(file).fileKey();
    return opened;
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }

  void write(byte[] line) throws IOException {
    out.write(line);
    out.write('\n');
  }

  /** Sends on what was written, and begins a new file where that is due. */
  void flush() throws IOException {
    out.flush();
    if (file == null) {
      return;
    }
    if (Files.notExists(file)) {
      reopen();
      return;
    }
    var attributes = attributes(file);
    if (identity != null && !identity.equals(attributes.fileKey())) {
      reopen();
    } else if (attributes.size() >= bytesMax) {
      shift(file);
      reopen();
    }
  }

  private void shift(Path full) throws IOException {
    Files.deleteIfExists(numbered(full, filesMax));
    for (int i = filesMax - 1; i >= 1; i--) {
      if (Files.exists(numbered(full, i))) {
        move(numbered(full, i), numbered(full, i + 1));
      }
    }
    if (filesMax == 0) {
      Files.delete(full);
    } else {
      move(full, numbered(full, 1));
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path numbered(Path full, int number) {
    return full.resolveSibling(full.getFileName() + "." + number);
  }

  private void reopen() throws IOException {
    out.close();
    out = open();
  }

  @Override
  public void close() throws IOException {
    if (file == null) {
      out.flush(); // others write to standard output, too
    } else {
      out.close();
    }
  }
}
