package dev.refrain.gateway.settings;

import java.nio.file.Path;

/** Where a value was set; its text is what people are shown. */
public sealed interface Origin {

  /** Nobody has set it. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /** A file; lines and columns count from 1. */
  record Line(Path file, int line, int column) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column;
    }
  }

  /** An environment variable. */
  record Variable(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A flag, without its value, which might be a secret in the wrong place. */
  record Flag(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }
}
