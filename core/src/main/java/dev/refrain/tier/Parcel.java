package dev.refrain.tier;

/**
 * A recording, packed to be kept outside of this process: small what tells of it, apart from the
 * bytes of the reply.
 */
public final class Parcel {
  private final byte[] name;
  private final byte[] head;
  private final byte[] body;

  /** Takes over the given arrays, which nobody may write to afterwards. */
  public Parcel(byte[] name, byte[] head, byte[] body) {
    this.name = name;
    this.head = head;
    this.body = body;
  }

  /** Returns the name under which it lies, for reading only. */
  public byte[] name() {
    return name;
  }

  /** Returns what tells of the recording, for reading only. */
  public byte[] head() {
    return head;
  }

  /** Returns the rest of it, for reading only. */
  public byte[] body() {
    return body;
  }
}
