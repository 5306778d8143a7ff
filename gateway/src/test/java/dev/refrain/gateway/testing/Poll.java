package dev.refrain.gateway.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what comes about by itself. How long that takes decides nothing. */
public final class Poll {
  private static final long NANOS_MAX = Duration.ofSeconds(40).toNanos();

  private Poll() {}

  /** Waits until something holds, and fails the test if that never comes. */
  public static void until(String what, BooleanSupplier holds) throws InterruptedException {
    long began = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - began > NANOS_MAX) {
        throw new AssertionError("never came about: " + what);
      }
      Thread.sleep(1);
    }
  }
}
