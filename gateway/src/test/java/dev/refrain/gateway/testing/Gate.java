package dev.refrain.gateway.testing;

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

  /** Lets all pass, now and later. */
  public void open() {
    open.countDown();
  }

  /** Waits until somebody stands at the gate. */
  public void awaitReached() throws InterruptedException {
    await(reached, "nobody came to this gate");
  }

  private static void await(CountDownLatch latch, String complaint) throws InterruptedException {
    if (!latch.await(SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new AssertionError(complaint);
    }
  }
}
