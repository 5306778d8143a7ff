package dev.refrain.tier;

import java.io.IOException;

/** How the bytes of replies are made fewer, where that pays. Thread-safe. */
public interface Compression {
  /** Leaves all as it is. */
  Compression NONE =
      new Compression() {
        @Override
        public byte[] compress(byte[] bytes) {
          return bytes;
        }

        @Override
        public byte[] expand(byte[] compressed) {
          return compressed;
        }
      };

  /** Returns fewer bytes, or the same and no more than a mark with them. */
  byte[] compress(byte[] bytes);

  /**
   * Returns what {@link #compress} was given.
   *
   * @throws IOException if these are not bytes that it gave
   */
  byte[] expand(byte[] compressed) throws IOException;
}
