package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Three hits within a minute make an entry hot, which then lives an hour from its last hit. */
final class HeatTest {
  private static final Lifetime LIFETIME =
      Times.PLAIN.hot(3, Duration.ofMinutes(1), Times.HOUR).lifetime();
  private static final long START = 1_700_000_000_000L;
  private static final long HOUR = Times.HOUR.toMillis();

  private final Heat heat = new Heat();

  @Test
  void itTakesSomeHitsToMakeAnEntryHot() {
    hit(0, 1);
    assertThat(heat.lastHotHitMillis()).isEqualTo(Heat.NEVER);
    hit(2);
    assertThat(heat.lastHotHitMillis()).isEqualTo(START + 2);
  }

  @Test
  void theHitsMustComeCloseTogether() {
    hit(0, 1, 60_001, 60_002);
    assertThat(heat.lastHotHitMillis()).isEqualTo(Heat.NEVER);
    hit(120_001);
    assertThat(heat.lastHotHitMillis()).isEqualTo(START + 120_001);
  }

  @Test
  void hitsToTheLastMomentOfTheWindowCount() {
    hit(0, 1, 60_000);
    assertThat(heat.lastHotHitMillis()).isEqualTo(START + 60_000);
  }

  @Test
  void aHotEntryStaysHotAsLongAsItsHitsKeepItAlive() {
    hit(0, 1, 2, 2 + HOUR);
    assertThat(heat.lastHotHitMillis()).isEqualTo(START + 2 + HOUR);
    hit(3 + 2 * HOUR); // a moment too late: one hit makes nothing hot
    assertThat(heat.lastHotHitMillis()).isEqualTo(START + 2 + HOUR);
    hit(4 + 2 * HOUR, 5 + 2 * HOUR);
    assertThat(heat.lastHotHitMillis()).isEqualTo(START + 5 + 2 * HOUR);
  }

  @Test
  void anEntryIsHotForItsHotLife() {
    assertThat(Heat.isHot(Heat.NEVER, LIFETIME, START)).isFalse();
    assertThat(Heat.isHot(START, LIFETIME, START + HOUR)).isTrue();
    assertThat(Heat.isHot(START, LIFETIME, START + HOUR + 1)).isFalse();
  }

  @Test
  void aClockThatWasSetBackMakesNothingHot() {
    hit(0, 1, -HOUR, -HOUR + 1, -HOUR + 60_002, -HOUR + 60_003);
    assertThat(heat.lastHotHitMillis()).isEqualTo(Heat.NEVER);
  }

  @Test
  void noHitIsLostThoughManyComeAtOnce() {
    var often = Times.PLAIN.hot(10_000, Duration.ofMinutes(1), Times.HOUR).lifetime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10_000; i++) {
        var unused = threads.submit(() -> heat.hit(often, START));
      }
    }
    assertThat(heat.lastHotHitMillis()).isEqualTo(START);
  }

  private void hit(long... millis) {
    for (long at : millis) {
      heat.hit(LIFETIME, START + at);
    }
  }
}
