package dev.refrain.testing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Random numbers whose seed is told when a test fails; {@code -Drefrain.seed=…} repeats them. To be
 * registered as an extension of the test. Thread-safe, but threads that want to choose the same
 * again each need a {@link #split} of their own.
 */
public final class Chance implements RandomGenerator, TestExecutionExceptionHandler {
  private final long seed = Long.getLong("refrain.seed", System.nanoTime());
  private final RandomGenerator numbers = new SplittableRandom(seed);

  @Override
  public synchronized long nextLong() {
    return numbers.nextLong();
  }

  /** Returns numbers for one thread. */
  public RandomGenerator split() {
    return new SplittableRandom(nextLong());
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    failure.addSuppressed(new AssertionError("to repeat this: -Drefrain.seed=" + seed));
    throw failure;
  }
}
