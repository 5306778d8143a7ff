package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private static final Duration LATER =
      Duration.ofMillis(500); // a busy machine must not take longer to cancel

  @Test
  void doesThingsInTheOrderOfTheirTimesAndNotWhatIsGivenUp() throws Exception {
    try (var timer = Timer.system()) {
      var wrong = new AtomicBoolean();
      var first = new CountDownLatch(1);
      var last = new CountDownLatch(1);
      timer.after(
          LATER.multipliedBy(2),
          () -> {
            wrong.compareAndSet(false, first.getCount() > 0);
            last.countDown();
          });
      var given = timer.after(LATER, () -> wrong.set(true));
      timer.after(SOON, first::countDown);
      given.cancel();
      last.await();

      assertThat(wrong).isFalse();
      given.cancel(); // too late, which harms nobody
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
      timer.after(LATER, done::countDown);

      done.await();
    }
  }

  @Test
  void aClosedTimerTakesNoOrders() {
    var timer = Timer.system();
    timer.after(Duration.ofDays(1), () -> {});
    timer.close();

    assertThatThrownBy(() -> timer.after(SOON, () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
