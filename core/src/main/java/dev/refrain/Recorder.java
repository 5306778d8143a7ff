package dev.refrain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes down a reply as it passes: a {@link Recording} after a clean end, nothing otherwise. For
 * one thread at a time.
 */
final class Recorder {
  private static final int STATUS_OK = 200; // no other is kept
  private static final int ETAG_BYTES = 16;

  private final Slot slot;
  private final Stamp stamp;
  private final long bornMillis;
  private final int bytesMax;
  private final @Nullable Duration ttlMax;
  private final List<byte[]> chunks = new ArrayList<>();
  private int[] millis = new int[16];
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

  void add(byte[] chunk, long nowMillis) {
    if (tooLarge || chunk.length > bytesMax - size) {
      tooLarge = true;
      chunks.clear(); // whoever reads still has them
      return;
    }
    if (chunks.size() == millis.length) {
      millis = Arrays.copyOf(millis, 2 * millis.length);
    }
    millis[chunks.size()] = (int) sinceBirth(nowMillis);
    chunks.add(chunk);
    size += chunk.length;
  }

  Stamp stamp() {
    return stamp;
  }

  long bornMillis() {
    return bornMillis;
  }

  /** Returns the whole, or null if it is too large to be kept. */
  @Nullable Recording finish(Headers headers, long nowMillis) {
    if (tooLarge) {
      return null;
    }
    var all = Chunks.join(chunks, millis);
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
