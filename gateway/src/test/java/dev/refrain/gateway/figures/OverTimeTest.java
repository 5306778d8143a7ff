package dev.refrain.gateway.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import org.junit.jupiter.api.Test;

/** What is seen of the last minutes. */
final class OverTimeTest {
  private final EnumMap<Result, Long> counted = new EnumMap<>(Result.class);

  private PerResult<Long> totals() {
    return new PerResult<>(result -> counted.getOrDefault(result, 0L));
  }

  @Test
  void aSecondHasTheCallsThatEndedInIt() {
    var seconds = new Seconds();
    seconds.tick(100, totals());
    counted.put(Result.REPLAYED, 5L);
    seconds.tick(101, totals());
    counted.put(Result.REPLAYED, 7L);
    counted.put(Result.FETCHED, 1L);
    seconds.tick(104, totals()); // two ticks did not come

    var ring = seconds.ring();
    assertThat(ring.first()).isEqualTo(100);
    assertThat(ring.calls().get(Result.REPLAYED)).containsExactly(5, 0, 0, 2);
    assertThat(ring.calls().get(Result.FETCHED)).containsExactly(0, 0, 0, 1);
    assertThat(ring.calls().get(Result.STALE)).containsExactly(0, 0, 0, 0);
  }

  @Test
  void onlyTheLastMinutesAreKept() {
    var seconds = new Seconds();
    for (int i = 0; i < 1_000; i++) {
      counted.merge(Result.REPLAYED, (long) i, Long::sum);
      seconds.tick(i, totals());
    }
    var ring = seconds.ring();
    assertThat(ring.first()).isEqualTo(999 - Seconds.KEPT);
    assertThat(ring.calls().get(Result.REPLAYED)).hasSize(Seconds.KEPT).endsWith(998, 999);
  }

  @Test
  void aClockThatIsSetBackBeginsAnew() {
    var seconds = new Seconds();
    seconds.tick(100_000, totals());
    seconds.tick(100_001, totals());
    seconds.tick(50, totals());
    seconds.tick(51, totals());
    assertThat(seconds.ring().first()).isEqualTo(50);
    assertThat(seconds.ring().calls().get(Result.REPLAYED)).hasSize(1);
  }

  @Test
  void nothingHasHappenedYet() {
    assertThat(new Seconds().ring().calls().get(Result.REPLAYED)).isEmpty();
    assertThat(new Histogram(Scale.TIMES).distribution().quantile(0.99)).isZero();
  }

  @Test
  void quantilesAreTrueToAboutATenth() {
    var histogram = new Histogram(Scale.TIMES);
    for (int i = 1; i <= 10_000; i++) {
      histogram.add(i * 1_000_000L); // from 1 ms to 10 s, evenly
    }
    var all = histogram.distribution();
    assertThat(all.count()).isEqualTo(10_000);
    assertThat(all.quantile(0.5)).isBetween(4_900_000_000L, 5_100_000_000L);
    assertThat(all.quantile(0.99)).isBetween(9_700_000_000L, 10_000_000_000L);
    assertThat(all.sum()).isEqualTo(50_005_000_000_000L);
  }

  @Test
  void whatIsTooFastOrTooSlowForTheScaleIsCountedAllTheSame() {
    var histogram = new Histogram(Scale.TIMES);
    histogram.add(0);
    histogram.add(-5);
    histogram.add(Long.MAX_VALUE / 2);
    assertThat(histogram.distribution().count()).isEqualTo(3);
    assertThat(histogram.distribution().quantile(1)).isEqualTo(1_000_000_000_000L);
  }

  @Test
  void whatIsOlderThanTheWindowIsForgotten() {
    var histogram = new Histogram(Scale.TIMES);
    var window = new Window(histogram);
    long now = 1_000_000;
    window.tick(now);
    histogram.add(100);
    assertThat(window.lately().count()).isEqualTo(1);
    for (int i = 1; i <= 40; i++) {
      window.tick(now + i * 10_000L);
    }
    assertThat(window.lately().count()).isZero();
  }
}
