package dev.refrain.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what comes about by itself. How long that takes decides nothing. */
public final class Poll {
  private static final long NANOS_MAX = Duration.ofSeconds(40).toNanos();
  private static final long PAUSE_NANOS = 500_000;

  private Poll() {}

  /** Waits until something holds, and fails the test if that never comes. */
  public static void until(String what, BooleanSupplier holds) {
    if (!holdsInTime(holds)) {
      throw new AssertionError("never came about: " + what);
    }
  }

  static boolean holdsInTime(BooleanSupplier holds) {
    long began = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - began > NANOS_MAX || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
