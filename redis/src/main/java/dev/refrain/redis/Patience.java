package dev.refrain.redis;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for replies, for as long as each may take. Thread-safe. */
final class Patience implements AutoCloseable {
  /*
   * A virtual thread that waits until a time of its own costs a task for a timer, and mostly the
   * waking of the timer's thread, twice: a seventh of all that a hit in Redis costs. So whoever
   * waits does so without a time, and one watchman looks who has waited for too long.
   *
   * The watchman sleeps until the first of the times that he saw when he looked last. Whoever
   * cannot wait until then wakes him, and lists himself before he reads when that is; the watchman
   * says when before he looks again. So one of them sees the other. Somebody who has just woken
   * him is likely to do so again, so he sleeps long only if he has seen nobody twice.
   */

  private static final long ATTENTIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Set<Waiting> all = ConcurrentHashMap.newKeySet();
  private final Thread watchman;
  private volatile long nextLookNanos = System.nanoTime();
  private volatile boolean closed;

  /** Somebody who waits; compared by identity. */
  private static final class Waiting {
    private final CompletableFuture<?> reply;
    private final long untilNanos;

    Waiting(CompletableFuture<?> reply, long untilNanos) {
      this.reply = reply;
      this.untilNanos = untilNanos;
    }

    void giveUp() {
      reply.completeExceptionally(new TimeoutException());
    }
  }

  /** Begins to watch. */
  Patience() {
    watchman = Thread.ofVirtual().name("refrain-redis-patience").start(this::watch);
  }

  /**
   * Waits for a reply, which is not touched if it does not come.
   *
   * @throws TimeoutException if it has not come in this time
   */
  <T extends @Nullable Object> T await(CompletableFuture<T> reply, Duration timeMax)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (reply.isDone()) {
      return reply.get();
    }
    var copy = reply.copy();
    var waiting = new Waiting(copy, System.nanoTime() + timeMax.toNanos());
    all.add(waiting);
    try {
      if (closed) {
        waiting.giveUp(); // nobody watches any more
      } else if (waiting.untilNanos - nextLookNanos < 0) {
        LockSupport.unpark(watchman);
      }
      return copy.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException late) {
        throw late;
      }
      throw e;
    } finally {
      all.remove(waiting);
    }
  }

  private void watch() {
    boolean hasSeenNobody = false;
    while (!closed) {
      long now = System.nanoTime();
      nextLookNanos = now + IDLE_NANOS; // who cannot wait so long wakes him from now on
      long next = now + (hasSeenNobody ? IDLE_NANOS : ATTENTIVE_NANOS);
      hasSeenNobody = true;
      for (var waiting : all) {
        hasSeenNobody = false;
        if (waiting.untilNanos - now <= 0) {
          waiting.giveUp();
        } else if (waiting.untilNanos - next < 0) {
          next = waiting.untilNanos;
        }
      }
      nextLookNanos = next;
      LockSupport.parkNanos(this, next - System.nanoTime());
    }
    all.forEach(Waiting::giveUp);
  }

  /** Returns how many wait; for tests. */
  int waiting() {
    return all.size();
  }

  /** Returns whether the watchman sleeps until somebody wakes him; for tests. */
  boolean isIdle() {
    return nextLookNanos - System.nanoTime() > ATTENTIVE_NANOS;
  }

  /** Makes nobody wait any more. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watchman);
  }
}
