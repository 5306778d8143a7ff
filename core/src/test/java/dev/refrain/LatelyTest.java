package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happened lately is remembered for ten seconds. */
final class LatelyTest {
  private static final Slot SLOT = new Slot(new Key(1, 2, 3, 4), Form.WHOLE);
  private static final Slot OTHER = new Slot(new Key(1, 2, 3, 4), new Form("other"));

  private final MovableClock clock = new MovableClock();
  private final Lately lately = new Lately(clock, Duration.ofSeconds(10));

  @Test
  void isRememberedForAWhile() {
    assertThat(lately.remembers(SLOT)).isFalse();
    lately.remember(SLOT);
    clock.advance(Duration.ofMillis(9_999));
    assertThat(lately.remembers(SLOT)).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(lately.remembers(SLOT)).isFalse();
  }

  @Test
  void isRememberedAnewEachTime() {
    lately.remember(SLOT);
    clock.advance(Duration.ofSeconds(9));
    lately.remember(SLOT);
    clock.advance(Duration.ofSeconds(9));

    assertThat(lately.remembers(SLOT)).isTrue();
  }

  @Test
  void isOfOneSlotAlone() {
    lately.remember(SLOT);
    assertThat(lately.remembers(OTHER)).isFalse();
  }

  @Test
  void canBeForgotten() {
    lately.remember(SLOT);
    lately.forget(SLOT);
    assertThat(lately.remembers(SLOT)).isFalse();
  }

  @Test
  void isNotRememberedForDaysBecauseTheClockWasSetBack() {
    lately.remember(SLOT);
    clock.advance(Duration.ofDays(-1));

    assertThat(lately.remembers(SLOT)).isFalse();
  }
}
