package dev.refrain.gateway.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A small file that is there as a whole or not at all, and that nobody else may read. */
public final class AtomicFile {
  private static final int BYTES_MAX = 16 << 20;

  private AtomicFile() {}

  /** Returns what is in a file, or null if there is none. */
  public static byte @Nullable [] read(Path file) throws IOException {
    if (Files.notExists(file)) {
      return null;
    }
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IOException("the file is larger than " + BYTES_MAX + " bytes");
      }
      return bytes;
    }
  }

  /** Replaces a file; when this returns, the new one is on the disk. */
  public static void write(Path file, byte[] bytes) throws IOException {
    var target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
    var folder = folderOf(target);
    Files.createDirectories(folder);
    var temporary = Files.createTempFile(folder, ".refrain", ".new"); // for its owner alone
    try {
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        var rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(folder);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static Path folderOf(Path file) {
    return Objects.requireNonNull(
        file.toAbsolutePath().getParent(), "what has no parent is no file");
  }

  /** Only then does the new name outlive a power cut. Windows can open no folder, and needs not. */
  private static void syncFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
