package dev.refrain.flight;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does things later. */
public interface Timer extends AutoCloseable {
  /** Runs a short action after a delay, unless its ticket is cancelled before. */
  Ticket after(Duration delay, Runnable action);

  /** Forgets all that was to be done. */
  @Override
  void close();

  /** The right to an action. */
  @FunctionalInterface
  interface Ticket {
    /** Gives it up. */
    void cancel();
  }

  /** Returns a timer on the system's clock, with one daemon thread. */
  static Timer system() {
    return new SystemTimer();
  }

  /** The timer on the system's clock. */
  final class SystemTimer implements Timer {
    private final ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("refrain-timer").daemon().factory());

    private SystemTimer() {
      executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Ticket after(Duration delay, Runnable action) {
      var future = executor.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
