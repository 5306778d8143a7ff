package dev.refrain.gateway.keys;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file in which gateway keys are kept. Several programs may change it at once. */
public final class KeysFile {
  private final Path file;

  public KeysFile(Path file) {
    this.file = file;
  }

  /** A change that may turn out to be impossible. */
  @FunctionalInterface
  public interface Change {
    KeyRing apply(KeyRing ring) throws IOException;
  }

  /** Returns the keys in the file; none if it is not there. */
  public KeyRing read() throws IOException {
    var bytes = AtomicFile.read(file);
    if (bytes == null) {
      return KeyRing.EMPTY;
    }
    try {
      return KeyRingJson.read(bytes);
    } catch (IOException e) {
      throw new IOException(file + " is no file of keys: " + e.getMessage(), e);
    }
  }

  /** Changes the keys in the file, which is made if it is not there. */
  public void change(Change change) throws IOException {
    var folder = AtomicFile.folderOf(file);
    Files.createDirectories(folder);
    var lock = folder.resolve(file.getFileName() + ".lock");
    try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var held = channel.lock()) {
      assert held.isValid();
      AtomicFile.write(file, KeyRingJson.write(change.apply(read())));
    }
  }

  /** Returns the file in which is kept what was used of the keys. */
  public UsageFile usage() {
    return new UsageFile(file.resolveSibling(file.getFileName() + ".usage"));
  }

  Path path() {
    return file;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
