package dev.refrain.redis;

import dev.refrain.Form;
import dev.refrain.Key;
import dev.refrain.Slot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What one node tells all others that it did. */
sealed interface Change {
  /*
   * change  = retired | renewed | altered
   * retired = 't' tag epoch
   * renewed = 'a' epoch
   * altered = 's' origin key form
   * key     = 32 bytes
   * tag, epoch, origin, form: as DataOutput writes UTF
   */

  /** A tag has a new epoch. */
  record Retired(String tag, String epoch) implements Change {}

  /** The store has a new epoch, and all tags have that. */
  record Renewed(String epoch) implements Change {}

  /** What lies in a slot was replaced or dropped, by the node of this name. */
  record Altered(String origin, Slot slot) implements Change {}

  /** Returns this change as bytes. */
  default byte[] toBytes() {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    try {
      switch (this) {
        case Retired retired -> {
          out.writeByte('t');
          out.writeUTF(retired.tag);
          out.writeUTF(retired.epoch);
        }
        case Renewed renewed -> {
          out.writeByte('a');
          out.writeUTF(renewed.epoch);
        }
        case Altered altered -> {
          out.writeByte('s');
          out.writeUTF(altered.origin);
          out.write(altered.slot.key().bytes());
          out.writeUTF(altered.slot.form().name());
        }
      }
    } catch (IOException e) { // longer than 64 KiB, which no tag and no form is
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads a change. */
  static Change of(byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    return switch (in.readByte()) {
      case 't' -> new Retired(in.readUTF(), in.readUTF());
      case 'a' -> new Renewed(in.readUTF());
      case 's' ->
          new Altered(in.readUTF(), new Slot(Key.of(in.readNBytes(32)), new Form(in.readUTF())));
      default -> throw new IOException("a change of no known kind");
    };
  }
}
