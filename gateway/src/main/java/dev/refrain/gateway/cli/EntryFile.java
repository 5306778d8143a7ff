package dev.refrain.gateway.cli;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** A file of entries: packed if its name says so, for its owner alone, and there whole or not. */
final class EntryFile {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final String PACKED = ".zst";

  private EntryFile() {}

  /** What writes all that the file is to hold. */
  @FunctionalInterface
  interface Content {
    void to(OutputStream out) throws IOException, CommandFailure, InterruptedException;
  }

  /** Writes a file, which is there under its name once it is whole. */
  static void write(Path file, Content content)
      throws IOException, CommandFailure, InterruptedException {
    var partial = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".partial");
    boolean done = false;
    try {
      try (var out = packing(file, create(partial))) {
        content.to(out);
      }
      flush(partial); // else a power cut could leave a name without its content
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(partial);
      }
    }
  }

  private static OutputStream create(Path partial) throws IOException {
    var forOwner = PosixFilePermissions.fromString("rw-------");
    boolean posix = partial.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(forOwner)}
            : new FileAttribute<?>[0];
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return Channels.newOutputStream(Files.newByteChannel(partial, options, attributes));
  }

  private static void flush(Path partial) throws IOException {
    try (var channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static OutputStream packing(Path file, OutputStream raw) throws IOException {
    var out = new BufferedOutputStream(raw, BUFFER_BYTES);
    return isPacked(file) ? new ZstdOutputStream(out) : out;
  }

  /** Opens a file for reading. */
  static InputStream read(Path file, InputStream raw) throws IOException {
    return isPacked(file) ? new ZstdInputStream(raw) : raw;
  }

  private static boolean isPacked(Path file) {
    return file.toString().endsWith(PACKED);
  }
}
