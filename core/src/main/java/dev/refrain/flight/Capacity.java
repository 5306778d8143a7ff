package dev.refrain.flight;

import java.util.concurrent.atomic.AtomicLong;

/** So much of something as may be in use at once: calls, or bytes. Thread-safe. */
public final class Capacity {
  private final long max;
  private final AtomicLong taken = new AtomicLong();

  /** Sets how much there is. */
  public Capacity(long max) {
    this.max = max;
  }

  /** Returns how much there is, in use or not. */
  public long max() {
    return max;
  }

  /** Takes a part at once, or nothing if there is not so much left. */
  public boolean tryTake(long amount) {
    long before;
    do {
      before = taken.get();
      if (amount > 0 && amount > max - before) {
        return false;
      }
    } while (!taken.compareAndSet(before, before + amount));
    return true;
  }

  /** Takes a part even if there is not so much left: of what must be had, to go on at all. */
  public void take(long amount) {
    taken.addAndGet(amount);
  }

  /** Gives back what was taken. */
  public void giveBack(long amount) {
    taken.addAndGet(-amount);
  }

  /** Returns how much is in use. */
  public long taken() {
    return taken.get();
  }
}
