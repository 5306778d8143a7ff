package dev.refrain;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.InstantSource;

/**
 * Remembers for a short time that the reply to a call could not be kept, so that those who ask next
 * do not wait one for the other.
 */
final class HitForMiss {
  private static final int SLOTS_MAX = 10_000;
  private static final long REMEMBERED_MILLIS = 10_000;

  private final Cache<Slot, Long> untilMillis =
      Caffeine.newBuilder().maximumSize(SLOTS_MAX).build();
  private final InstantSource clock;

  HitForMiss(InstantSource clock) {
    this.clock = clock;
  }

  void remember(Slot slot) {
    untilMillis.put(slot, clock.millis() + REMEMBERED_MILLIS);
  }

  void forget(Slot slot) {
    untilMillis.invalidate(slot);
  }

  boolean remembers(Slot slot) {
    var until = untilMillis.getIfPresent(slot);
    return until != null && clock.millis() < until;
  }
}
