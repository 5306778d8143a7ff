package dev.refrain.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where one thread waits until another lets it pass. */
public final class Gate {
  private static final long SECONDS_MAX = 40; // only a broken test waits so long

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /** Waits until the gate is open. */
  public void pass() throws InterruptedException {
    reached.countDown();
    await(open, "nobody opened this gate");
  }

  /** Waits until the gate is open, or this thread is interrupted: for those who cannot throw. */
  public void passOrGiveUp() {
    try {
      pass();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets all pass, now and later. */
  public void open() {
    open.countDown();
  }

  /** Waits until somebody stands at the gate. */
  public void awaitReached() throws InterruptedException {
    await(reached, "nobody came to this gate");
  }

  /** Waits for something that cannot fail to come unless the test or the code is wrong. */
  static void await(CountDownLatch latch, String complaint) throws InterruptedException {
    if (!latch.await(SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new AssertionError(complaint);
    }
  }
}
