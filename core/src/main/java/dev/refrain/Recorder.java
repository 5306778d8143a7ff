package dev.refrain;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notes when the chunks of a reply pass, and makes a {@link Recording} of them after a clean end.
 * For one thread at a time.
 */
final class Recorder {
  private static final int STATUS_OK = 200; // no other is kept
  private static final int ETAG_BYTES = 16;

  private final Slot slot;
  private final Stamp stamp;
  private final long bornMillis;
  private final int bytesMax;
  private final @Nullable Duration ttlMax;
  private int[] millis = new int[16]; // of the chunks, and room for more
  private int count;
  private int size;
  private boolean tooLarge;

  /** Takes down a reply for a caller who wants it to be fresh for so long at most, if he says. */
  Recorder(Slot slot, Stamp stamp, long bornMillis, int bytesMax, @Nullable Duration ttlMax) {
    this.slot = slot;
    this.stamp = stamp;
    this.bornMillis = bornMillis;
    this.bytesMax = bytesMax;
    this.ttlMax = ttlMax;
  }

  /** Notes that a chunk of so many bytes passes. */
  void add(int bytes, long nowMillis) {
    if (tooLarge || bytes > bytesMax - size) {
      tooLarge = true;
      return;
    }
    if (count == millis.length) {
      millis = Arrays.copyOf(millis, 2 * count);
    }
    millis[count++] = (int) sinceBirth(nowMillis);
    size += bytes;
  }

  Stamp stamp() {
    return stamp;
  }

  long bornMillis() {
    return bornMillis;
  }

  /** Returns whether the reply is too large to be kept. */
  boolean isTooLarge() {
    return tooLarge;
  }

  /** Returns how many bytes were noted. */
  int size() {
    return size;
  }

  /** Returns the chunks that were noted in one. */
  Chunks join(List<ByteBuffer> chunks) {
    if (tooLarge || chunks.size() != count) {
      throw new IllegalStateException("other chunks than were noted");
    }
    return Chunks.join(chunks, size, millis);
  }

  /** Returns the whole, which consists of these chunks. */
  Recording finish(Headers headers, Chunks all, long nowMillis) {
    return new Recording(
        slot,
        STATUS_OK,
        ReplayedHeaders.of(headers),
        all,
        bornMillis,
        sinceBirth(nowMillis),
        Usage.UNKNOWN,
        stamp,
        etag(all),
        ttlMax,
        null);
  }

  /** A clock that is set back meanwhile makes no time negative. */
  private long sinceBirth(long nowMillis) {
    return Math.max(0, nowMillis - bornMillis);
  }

  static String etag(Chunks chunks) {
    var digest = Digest.sha256().digest(chunks.bytes());
    return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
  }
}
