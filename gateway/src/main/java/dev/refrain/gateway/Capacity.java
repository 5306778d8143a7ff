package dev.refrain.gateway;

import dev.refrain.gateway.express.Room;
import java.util.concurrent.atomic.AtomicLong;

/** So much of something as may be in use at once: calls, or bytes. Thread-safe. */
final class Capacity implements Room {
  private final long max;
  private final AtomicLong taken = new AtomicLong();

  Capacity(long max) {
    this.max = max;
  }

  /** Takes a part at once, or nothing if there is not so much left. */
  @Override
  public boolean tryTake(long amount) {
    if (taken.addAndGet(amount) <= max) {
      return true;
    }
    giveBack(amount);
    return false;
  }

  @Override
  public void giveBack(long amount) {
    taken.addAndGet(-amount);
  }

  /** Returns how much is in use. */
  long taken() {
    return taken.get();
  }
}
