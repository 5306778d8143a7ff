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
    private static final int BEAT_MILLIS = 1_000;

    private final ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("refrain-timer").daemon().factory());

    /*
     * Whatever is to be done first wakes the thread, and where one call comes after the other, that
     * would be each of them. Behind a beat that is always due sooner, nothing comes first that is
     * to be done later than that.
     */
    private SystemTimer() {
      executor.setRemoveOnCancelPolicy(true);
      var unused =
          executor.scheduleAtFixedRate(() -> {}, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public Ticket after(Duration delay, Runnable action) {
      var future = executor.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    }

    /** Returns how many actions wait, the beat being one of them; for tests. */
    int waiting() {
      return executor.getQueue().size();
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
