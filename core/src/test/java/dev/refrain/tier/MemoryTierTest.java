package dev.refrain.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tier;
import dev.refrain.Usage;
import dev.refrain.testing.TierContract;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tier in memory, bounded in bytes as the heap counts them. */
final class MemoryTierTest extends TierContract {
  private static final int MEASURED_BYTES = 12 << 20;

  @Override
  protected Tier open() {
    return MemoryTier.ofBytes(64 << 20);
  }

  @Test
  void whatItKeepsCanBePeekedAt() {
    try (var tier = MemoryTier.ofBytes(1 << 20)) {
      var recording = recording(1, 100, 1, 1);
      tier.store(recording);
      var peeked = tier.peek(recording.slot());

      assertThat(peeked).isNotNull();
      assertThat(peeked.recording()).isSameAs(recording); // ready to send, and nothing is copied
    }
  }

  @Test
  void keepsNoMoreThanItMay() {
    try (var tier = MemoryTier.ofBytes(1 << 20)) {
      for (int i = 0; i < 5_000; i++) {
        tier.store(recording(i, 1_000, 1, 3));
        assertThat(tier.bytes()).isLessThanOrEqualTo(1 << 20);
      }
      assertThat(tier.bytes()).isGreaterThan(900 << 10);
      assertThat(tier.entries()).isEqualTo(tier.bytes() / recording(0, 1_000, 1, 3).weight());
    }
  }

  @Test
  void whatIsReplacedOrDroppedIsNoLongerCounted() {
    try (var tier = MemoryTier.ofBytes(1 << 20)) {
      for (int i = 0; i < 100; i++) {
        tier.store(recording(1, 10_000 + i, 1, 3));
      }
      assertThat(tier.entries()).isOne();
      assertThat(tier.bytes()).isEqualTo(recording(1, 10_099, 1, 3).weight());
      tier.drop(recording(1, 1, 1, 1).slot());
      assertThat(tier.bytes()).isZero();
    }
  }

  @Test
  void whatIsLargerThanAllOfItIsNotKept() {
    try (var tier = MemoryTier.ofBytes(1 << 20)) {
      tier.store(recording(1, 2 << 20, 1, 3));

      assertThat(tier.entries()).isZero();
    }
  }

  @Test
  void keepsWhatIsAskedForTheMostOften() {
    try (var tier = MemoryTier.ofBytes(1 << 20)) {
      var popular = recording(-1, 1_000, 1, 3);
      tier.store(popular);
      for (int i = 0; i < 5_000; i++) {
        tier.store(recording(i, 1_000, 1, 3));
        assertThat(tier.find(popular.slot())).isNotNull();
      }
    }
  }

  @Test
  void isEmptyOnceItIsClosed() {
    var tier = MemoryTier.ofBytes(1 << 20);
    tier.store(recording(1, 100, 1, 3));
    tier.close();

    assertThat(tier.entries()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    // bytes, chunks, headers
    "  100,   1,  1",
    "  500,   1, 10",
    " 2000,   1, 30",
    " 5000,  50, 10",
    "20000, 200, 10",
    " 2000, 500,  5",
  })
  void whatARecordingWeighsIsWhatItTakesOfTheHeap(int size, int chunks, int headers) {
    int count = MEASURED_BYTES / recording(0, size, chunks, headers).weight();
    try (var tier = MemoryTier.ofBytes(1 << 30)) {
      long before = heapBytes();
      for (int i = 0; i < count; i++) {
        tier.store(recording(i, size, chunks, headers));
      }
      long taken = heapBytes() - before;

      assertThat(tier.entries()).isEqualTo(count);
      assertThat(tier.bytes()).isCloseTo(taken, Percentage.withPercentage(25));
    }
  }

  private static long heapBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    System.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  /** A recording as the engine makes it, of which nothing is shared with others but the epochs. */
  private static Recording recording(int number, int bytes, int chunks, int headers) {
    var ends = new int[chunks];
    Arrays.setAll(ends, i -> bytes * (i + 1) / chunks);
    var slot = new Slot(new Key(number * 0x9E3779B97F4A7C15L, 2, 3, 4), Form.WHOLE);
    var parts = new String[2 * headers];
    Arrays.setAll(parts, i -> String.format(Locale.ROOT, "a-header-%d-%d", i, number % 10));
    return new Recording(
        slot,
        200,
        Headers.of(parts),
        new Chunks(new byte[bytes], ends, new int[chunks]),
        1_700_000_000_000L + number,
        1_000,
        new Usage(10, 20),
        new Stamp(List.of("namespace:" + number % 10, "model:" + number % 10), EPOCHS),
        String.format(Locale.ROOT, "\"%032x\"", number),
        null,
        null);
  }

  private static final List<String> EPOCHS =
      List.of("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf7");
}
