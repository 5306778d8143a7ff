package dev.refrain.tier;

import dev.refrain.Entry;
import dev.refrain.Recording;
import dev.refrain.Slot;
import java.io.IOException;
import java.util.List;

/**
 * Packs recordings, and opens them again: as they were, or not at all. What is damaged, belongs
 * elsewhere or is of another version of this format is an {@link IOException}. Thread-safe.
 */
public final class Parcels {
  /*
   * parcel = head body           each under its cover
   * head   = see HeadFormat
   * body   = see BodyFormat; compressed, if that was asked for, beneath the cover: what
   *          is encrypted cannot be compressed, and what is expanded was checked before
   *
   * The body is bound to its head: its place is the digest of the head as it is stored. So no part
   * of an older parcel can be joined to one of a newer, though both have the same name: the head
   * has the entity tag of the reply, and differs where that does.
   */

  private static final byte[] HEAD = {'h'};

  private final Cover cover;
  private final Compression compression;

  private Parcels(Cover cover, Compression compression) {
    this.cover = cover;
    this.compression = compression;
  }

  /** Returns what packs parcels under this cover. */
  public static Parcels under(Cover cover) {
    return new Parcels(cover, Compression.NONE);
  }

  /** Returns what packs parcels in the same way, but compresses the bytes of replies. */
  public Parcels compressed(Compression compression) {
    return new Parcels(cover, compression);
  }

  /** Returns the names under which an entry may lie; it is stored under the first. */
  public List<byte[]> names(Slot slot) {
    return cover.names(slot);
  }

  /** Packs a recording. */
  public Parcel pack(Recording recording) {
    var name = cover.names(recording.slot()).getFirst();
    var head = cover.seal(name, HEAD, HeadFormat.write(recording));
    var content = compression.compress(BodyFormat.write(recording));
    var body = cover.seal(name, place(head), content);
    return new Parcel(name, head, body);
  }

  /** Returns the recording in a parcel, which must be that of the slot. */
  public Recording open(Slot slot, Parcel parcel) throws IOException {
    var recording = open(parcel);
    if (!recording.slot().equals(slot)) {
      throw new IOException("an entry of another key");
    }
    return recording;
  }

  /** Returns the recording in a parcel. */
  public Recording open(Parcel parcel) throws IOException {
    var head = head(parcel.name(), parcel.head());
    var body = cover.open(parcel.name(), place(parcel.head()), parcel.body());
    boolean hasRequest = HeadFormat.tellsOfRequest(head);
    return HeadFormat.read(head, BodyFormat.read(compression.expand(body), hasRequest));
  }

  /** Returns what is known of an entry from its head alone. */
  public Entry entry(byte[] name, byte[] head, long hits) throws IOException {
    return HeadFormat.entry(head(name, head), hits);
  }

  private byte[] head(byte[] name, byte[] head) throws IOException {
    return cover.open(name, HEAD, head);
  }

  private static byte[] place(byte[] head) {
    return OpenCover.sha256().digest(head);
  }
}
