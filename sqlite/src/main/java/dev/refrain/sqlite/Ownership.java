package dev.refrain.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The right of one process to a directory. It ends with the process, however that ends. */
final class Ownership implements AutoCloseable {
  /*
   * Two processes on one file would each have to hear of the other's invalidations before its next
   * answer. What is made for that is the shared tier; this one belongs to one process, and the
   * second is told who has it. The lock is the operating system's, so it is never left behind; the
   * number in the file is for people only.
   */

  private static final String FILE = "lock";

  private final FileChannel channel;

  private Ownership(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes a directory.
   *
   * @throws StoreInUseException if another process, or another store of this one, has it
   */
  static Ownership take(Path directory) throws IOException {
    var file = directory.resolve(FILE);
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) {
        throw new StoreInUseException(directory, textOf(file));
      }
      var text = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0).write(ByteBuffer.wrap(text));
      return new Ownership(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Returns who has a directory, or null if nobody has. For processes that have none themselves.
   */
  static @Nullable String owner(Path directory) throws IOException {
    var file = directory.resolve(FILE);
    if (Files.notExists(file)) {
      return null;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return (lock(channel) == null) ? textOf(file) : null;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this process has it already
    }
  }

  private static String textOf(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
