package dev.refrain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One whole reply, immutable.
 *
 * @param slot its own key and form, by which it is checked when it is read
 * @param headers those that are true again when it is replayed
 * @param bornMillis when its call departed, since the epoch
 * @param tookMillis how long upstream needed for the whole of it
 * @param etag its entity tag, with quotes
 * @param ttlMax how long at most it is fresh, as the caller said for whom it was fetched; null if
 *     he said nothing
 * @param request what was asked; null where that is not kept
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
    String etag,
    @Nullable Duration ttlMax,
    @Nullable KeptRequest request) {

  // Objects and references, measured: of the whole and its place in a tier, and of a text.
  private static final int OVERHEAD_BYTES = 520;
  private static final int TEXT_OVERHEAD_BYTES = 48;

  /** Returns about how many bytes of memory this takes. */
  public int weight() {
    int texts = (request == null) ? 0 : request.weight();
    texts += headers.length() + TEXT_OVERHEAD_BYTES * 2 * headers.size();
    for (var tag : stamp.tags()) {
      texts += tag.length() + TEXT_OVERHEAD_BYTES;
    }
    return OVERHEAD_BYTES + texts + chunks.size() + 2 * Integer.BYTES * chunks.count();
  }

  /** Returns what is known of this without its bytes, after so many hits. */
  public Entry entry(long hits) {
    return new Entry(slot, stamp, bornMillis, tookMillis, usage, chunks.size(), hits);
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
        Recorder.etag(chunks),
        ttlMax,
        null);
  }

  /**
   * Returns what of this recording answers one item of a batch.
   *
   * @param usage what that item cost, as far as it is known
   */
  Recording part(Slot slot, Stamp stamp, Chunks chunks, Usage usage) {
    var etag = Recorder.etag(chunks);
    return new Recording(
        slot, status, headers, chunks, bornMillis, tookMillis, usage, stamp, etag, ttlMax, null);
  }

  /** Returns this recording with other epochs. */
  Recording stamped(Stamp stamp) {
    return new Recording(
        slot, status, headers, chunks, bornMillis, tookMillis, usage, stamp, etag, ttlMax, request);
  }

  /** Returns this recording with what it cost. */
  Recording costing(Usage usage) {
    return new Recording(
        slot, status, headers, chunks, bornMillis, tookMillis, usage, stamp, etag, ttlMax, request);
  }

  /** Returns this recording with what was asked for it. */
  Recording answering(@Nullable KeptRequest asked) {
    return new Recording(
        slot, status, headers, chunks, bornMillis, tookMillis, usage, stamp, etag, ttlMax, asked);
  }
}
