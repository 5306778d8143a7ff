package dev.refrain;

/**
 * One whole reply, immutable.
 *
 * @param slot its own key and form, by which it is checked when it is read
 * @param headers those that are true again when it is replayed
 * @param bornMillis when its call departed, since the epoch
 * @param tookMillis how long upstream needed for the whole of it
 * @param etag its entity tag, with quotes
 */
public record Recording(
    Slot slot,
    int status,
    Headers headers,
    Chunks chunks,
    long bornMillis,
    long tookMillis,
    Usage usage,
    Stamp stamp,
    String etag) {

  private static final int OVERHEAD_BYTES = 640; // objects and references, measured with JOL

  /** Returns about how many bytes of memory this takes. */
  public int weight() {
    return OVERHEAD_BYTES + chunks.size() + 8 * chunks.count() + headers.length();
  }

  /** Returns this recording in another form. */
  public Recording as(Form form, Headers headers, Chunks chunks) {
    return new Recording(
        new Slot(slot.key(), form),
        status,
        headers,
        chunks,
        bornMillis,
        tookMillis,
        usage,
        stamp,
        Recorder.etag(chunks));
  }

  /** Returns this recording with what it cost. */
  Recording costing(Usage usage) {
    return new Recording(slot, status, headers, chunks, bornMillis, tookMillis, usage, stamp, etag);
  }
}
