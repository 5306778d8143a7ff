package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.flight.Timer.SystemTimer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timer on the system's clock, which does one thing after the other. */
@Timeout(30)
final class TimerTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofDays(1);

  /** Its one thread is held up until all is said, so that nothing depends on how fast that is. */
  @Test
  void whatIsDueIsDoneWhateverWasToldBeforeAndNotWhatIsGivenUp() throws Exception {
    try (var timer = Timer.system()) {
      var wrong = new AtomicBoolean();
      var allIsSaid = new CountDownLatch(1);
      var done = new CountDownLatch(1);
      timer.after(NEVER, () -> wrong.set(true));
      timer.after(Duration.ZERO, () -> await(allIsSaid));
      var given = timer.after(SOON, () -> wrong.set(true));
      timer.after(SOON, done::countDown);
      given.cancel();
      allIsSaid.countDown();
      done.await();

      assertThat(wrong).isFalse();
      given.cancel(); // too late, which harms nobody
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Most of what flights order is given up long before its time. */
  @Test
  void whatIsGivenUpIsForgotten() {
    try (var timer = (SystemTimer) Timer.system()) {
      int before = timer.waiting();
      for (int i = 0; i < 100; i++) {
        timer.after(NEVER, () -> {}).cancel();
      }
      assertThat(timer.waiting()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void anActionThatFailsDoesNotKeepTheOthersFromBeingDone() throws Exception {
    try (var timer = Timer.system()) {
      var done = new CountDownLatch(1);
      timer.after(
          SOON,
          () -> {
            throw new IllegalStateException("a bug");
          });
      timer.after(SOON, done::countDown);

      done.await();
    }
  }

  @Test
  void aClosedTimerTakesNoOrders() {
    var timer = Timer.system();
    timer.after(NEVER, () -> {});
    timer.close();

    assertThatThrownBy(() -> timer.after(SOON, () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
