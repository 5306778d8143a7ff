package dev.refrain.tier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.refrain.Entry;
import dev.refrain.Heat;
import dev.refrain.Holdings;
import dev.refrain.Holdings.Breaker;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Recordings in this process's memory, ready to send, bounded in bytes. */
public final class MemoryTier implements Tier {
  private final Cache<Slot, Found> recordings;
  private final long bytesMax;
  private final LongAdder evictions = new LongAdder();

  private MemoryTier(long bytesMax) {
    this.bytesMax = bytesMax;
    recordings =
        Caffeine.newBuilder()
            .maximumWeight(bytesMax)
            .weigher((Slot slot, Found found) -> found.recording().weight())
            .evictionListener((slot, found, cause) -> evictions.increment())
            .executor(Runnable::run) // to wake another thread costs more than to tidy up
            .build();
  }

  /** Returns a tier that keeps about this many bytes, those asked for the most often. */
  public static MemoryTier ofBytes(long bytesMax) {
    return new MemoryTier(bytesMax);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public @Nullable Found find(Slot slot) {
    return recordings.getIfPresent(slot);
  }

  @Override
  public @Nullable Found peek(Slot slot) {
    return recordings.getIfPresent(slot);
  }

  @Override
  public void store(Recording recording) {
    store(recording, Heat.NEVER);
  }

  @Override
  public void copy(Found found) {
    store(found.recording(), found.heat().lastHotHitMillis());
  }

  /** What is hot stays so when it is replaced. */
  private void store(Recording recording, long hotMillis) {
    recordings
        .asMap()
        .compute(
            recording.slot(),
            (slot, old) -> new Found(recording, (old == null) ? new Heat(hotMillis) : old.heat()));
  }

  @Override
  public void drop(Slot slot) {
    recordings.invalidate(slot);
  }

  @Override
  public void clear() {
    recordings.invalidateAll();
  }

  @Override
  public void scan(Predicate<Entry> more) {
    for (var found : recordings.asMap().values()) {
      if (!more.test(found.recording().entry(found.heat().hits()))) {
        return;
      }
    }
  }

  @Override
  public void browse(Predicate<Recording> more) {
    for (var found : recordings.asMap().values()) {
      if (!more.test(found.recording())) {
        return;
      }
    }
  }

  /** Returns how many recordings lie here. */
  public long entries() {
    recordings.cleanUp();
    return recordings.estimatedSize();
  }

  /** Returns about how many bytes they take. */
  public long bytes() {
    recordings.cleanUp();
    return recordings
        .policy()
        .eviction()
        .flatMap(eviction -> eviction.weightedSize().stream().boxed().findFirst())
        .orElse(0L);
  }

  /** As of the last time that Caffeine tidied up, which waits for nobody. */
  @Override
  public Holdings holdings() {
    long bytes = recordings.policy().eviction().map(e -> e.weightedSize().orElse(-1)).orElse(-1L);
    return new Holdings(
        recordings.estimatedSize(), bytes, bytesMax, evictions.sum(), Breaker.CLOSED);
  }

  @Override
  public void close() {
    recordings.invalidateAll();
  }
}
