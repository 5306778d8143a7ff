package dev.refrain.fleet;

import dev.refrain.flight.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where what is told to a follower waits for him. Bounded: what does not fit is lost. Thread-safe.
 */
final class Mailbox {
  /*
   * What is lost here is as if it were lost on the way: the follower finds the gap and reads what
   * was kept. Waiting is bounded by a timer, not by the lock, so that it passes in simulated time,
   * too.
   *
   * The lock guards everything. The timer may be called under it.
   */

  private static final int FRAMES_MAX = 1_024;

  private final Timer timer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Queue<byte[]> frames = new ArrayDeque<>();

  Mailbox(Timer timer) {
    this.timer = timer;
  }

  void put(byte[] frame) {
    lock.lock();
    try {
      if (frames.size() < FRAMES_MAX) {
        frames.add(frame);
        news.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns what came first; null if nothing comes in this time. */
  byte @Nullable [] take(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (frames.isEmpty()) {
        await(wait);
      }
      return frames.poll();
    } finally {
      lock.unlock();
    }
  }

  private void await(Duration wait) throws InterruptedException {
    var alarm = new Alarm();
    var ticket = timer.after(wait, alarm::ring);
    try {
      while (frames.isEmpty() && !alarm.rung) {
        news.await(); // ends with the alarm
      }
    } finally {
      ticket.cancel();
    }
  }

  private final class Alarm {
    boolean rung;

    void ring() {
      lock.lock();
      try {
        rung = true;
        news.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
