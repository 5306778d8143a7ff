package dev.refrain.tier;

import dev.refrain.Slot;
import java.io.IOException;
import java.util.List;

/**
 * How recordings lie outside of this process: under which names, and whether they can be read
 * there. Thread-safe.
 */
public sealed interface Cover permits OpenCover, SecretCover {
  /** Names tell nothing but the key, and contents can be read; they carry a checksum. */
  static Cover none() {
    return new OpenCover();
  }

  /**
   * Names are keyed hashes and contents are encrypted, so that who steals them learns nothing.
   *
   * @param secret the secret for all that is written
   * @param old secrets that were used before, for reading what was written then
   */
  static Cover of(String secret, String... old) {
    return new SecretCover(secret, List.of(old));
  }

  /** Returns the names under which an entry may lie; it is stored under the first. */
  List<byte[]> names(Slot slot);

  /** Returns a content as it is stored under this name, in this place beneath it. */
  byte[] seal(byte[] name, byte[] place, byte[] content);

  /**
   * Returns the content of what was stored.
   *
   * @throws IOException if it is damaged, lay under another name or in another place, or was sealed
   *     with a secret that is not known
   */
  byte[] open(byte[] name, byte[] place, byte[] sealed) throws IOException;
}
