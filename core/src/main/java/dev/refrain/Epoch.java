package dev.refrain;

import java.util.UUID;

/** The names of epochs. No two are the same, and most tell when the epoch began. */
public final class Epoch {
  /*
   * A UUID of version 7 (RFC 9562) begins with the time. It says that all was retired then which
   * the epoch is that of. A name of any other kind says nothing; that of a store's first epoch does
   * so on purpose, since nothing was retired by its beginning.
   */

  private static final int TIME_SHIFT = 16;
  private static final long AFTER_TIME = 0xFFFF;
  private static final long VERSION_BITS = 0xF000;
  private static final int VERSION = 7;
  private static final int TEXT_LENGTH = 36;

  private Epoch() {}

  /** Returns a name for the first epoch of a store, before which there was nothing. */
  public static String first() {
    return UUID.randomUUID().toString();
  }

  /** Returns a name for an epoch that begins now, and ends another. */
  public static String begun(long nowMillis) {
    var random = UUID.randomUUID();
    long afterTime = random.getMostSignificantBits() & AFTER_TIME & ~VERSION_BITS;
    long first = (nowMillis << TIME_SHIFT) | ((long) VERSION << 12) | afterTime;
    return new UUID(first, random.getLeastSignificantBits()).toString();
  }

  /** Returns when an epoch began, or {@code otherwise} if its name does not tell. */
  static long begunMillis(String epoch, long otherwise) {
    try {
      var uuid = UUID.fromString(epoch);
      boolean tells = epoch.length() == TEXT_LENGTH && uuid.version() == VERSION;
      return tells ? uuid.getMostSignificantBits() >>> TIME_SHIFT : otherwise;
    } catch (IllegalArgumentException e) {
      return otherwise;
    }
  }
}
