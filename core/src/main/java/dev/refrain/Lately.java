package dev.refrain;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;

/** Remembers for a short time that something happened in a slot. Thread-safe. */
final class Lately {
  private static final int SLOTS_MAX = 10_000;

  private final Cache<Slot, Long> sinceMillis =
      Caffeine.newBuilder().maximumSize(SLOTS_MAX).build();
  private final InstantSource clock;
  private final long rememberedMillis;

  Lately(InstantSource clock, Duration remembered) {
    this.clock = clock;
    this.rememberedMillis = remembered.toMillis();
  }

  void remember(Slot slot) {
    sinceMillis.put(slot, clock.millis());
  }

  void forget(Slot slot) {
    sinceMillis.invalidate(slot);
  }

  boolean remembers(Slot slot) {
    var since = sinceMillis.getIfPresent(slot);
    if (since == null) {
      return false;
    }
    long passedMillis = clock.millis() - since; // negative if the clock was set back
    return passedMillis >= 0 && passedMillis < rememberedMillis;
  }
}
