package dev.refrain.sqlite;

import java.io.IOException;
import java.nio.file.Path;

/** A directory belongs to another process. */
public final class StoreInUseException extends IOException {
  private static final long serialVersionUID = 1;

  StoreInUseException(Path directory, String owner) {
    super(directory + " is in use by process " + (owner.isEmpty() ? "(unknown)" : owner));
  }
}
