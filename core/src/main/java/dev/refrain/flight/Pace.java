package dev.refrain.flight;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** Says who waits for whom when a chunk has no room. All of it is guarded by its relay's lock. */
final class Pace<C> {
  /*
   * If letting go what all readers have passed does not make room, the fastest of them sets the
   * pace: the writer waits until he has read everything, and who is then a whole window behind him
   * is cut off. So a slow reader costs one window of memory and holds up nobody, and a lone one
   * merely slows the writer down.
   *
   * If it is only the memory of all relays together that is short, those who are slow are waited
   * for, since they are not to blame; but not for long in all. An empty window takes any chunk, so
   * no writer waits for the readers of another relay.
   */

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long HELD_UP_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  private final Window<C> window;
  private final Set<? extends Follower> readers; // whom the window waits for
  private long heldUpNanos; // was the fastest by others, in all

  /** One who reads, in the eyes of the writer. */
  interface Follower {
    /** Returns the number of the chunk that he reads next. */
    long position();

    /** Tells him that this chunk is gone. */
    void isLeftBehind();
  }

  Pace(Window<C> window, Set<? extends Follower> readers) {
    this.window = window;
    this.readers = readers;
  }

  /** Puts a chunk into the window if it has room, or can have some without waiting. */
  boolean tryPut(C chunk) {
    if (readers.isEmpty() && window.start() > 0) {
      return false; // nobody will read it, and nobody can keep it
    }
    if (window.offer(chunk)) {
      return true;
    }
    long slowest = readers.stream().mapToLong(Follower::position).min().orElse(window.end());
    window.letGoBefore(Math.max(slowest, window.start()));
    if (readers.isEmpty()) {
      return false;
    }
    if (window.offer(chunk)) {
      return true;
    }
    boolean patient = window.fits(chunk) && heldUpNanos < HELD_UP_NANOS_MAX;
    if (window.start() < window.end() && (patient || !hasAnyoneReadAll())) {
      return false;
    }
    leaveBehind(chunk);
    return true;
  }

  /** Lets go what is in the way of a chunk, and the readers who have not read it. */
  private void leaveBehind(C chunk) {
    boolean taken = false;
    while (!taken && window.start() < window.end()) {
      window.letGoBefore(window.start() + 1);
      taken = window.offer(chunk);
    }
    if (!taken) {
      window.add(chunk);
    }
    readers.removeIf(reader -> {
      boolean isBehind = reader.position() < window.start();
      if (isBehind) {
        reader.isLeftBehind();
      }
      return isBehind;
    });
  }

  /**
   * Waits for readers to read. That others have given memory back is told to nobody, so it is
   * looked for from time to time.
   */
  @SuppressWarnings("WaitNotInLoop") // whoever calls this looks again
  void awaitRoom(C chunk, Condition room) throws InterruptedException {
    if (window.fits(chunk)) {
      long left = room.awaitNanos(LOOK_NANOS);
      heldUpNanos += hasAnyoneReadAll() ? LOOK_NANOS - left : 0;
    } else {
      room.await(); // ends with the flight, whose time is bounded
    }
  }

  private boolean hasAnyoneReadAll() {
    return readers.stream().anyMatch(reader -> reader.position() == window.end());
  }
}
