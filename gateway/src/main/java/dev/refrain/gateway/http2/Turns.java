package dev.refrain.gateway.http2;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How long one event loop reads what has come over HTTP/2 before all others have a turn. For that
 * loop alone.
 */
final class Turns {
  /*
   * A turn ends when the loop has looked at all its connections, however long that took. Whoever
   * finds the time of this turn used up waits in line, and is read on from where he was in the next
   * one. The line is as long as there are connections, and everybody in it gets a piece in turn.
   *
   * Those in line have as much time as all others took since their last turn, lest they starve
   * where these are busy; but the loop may have been held up in between, and is not to be again.
   */

  private static final long TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(125);
  private static final long TURN_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final Deque<BooleanSupplier> line = new ArrayDeque<>();
  private long spentNanos; // of this turn
  private long turnNanos = TURN_NANOS;
  private boolean nextIsCalled;
  private long lineLeftNanos; // when it was served last; it has waited since

  /**
   * Takes turns by a clock.
   *
   * @param nanoTime only differences count
   */
  Turns(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns whether one who does not stand in line may be read. */
  boolean isTimeLeft() {
    return line.isEmpty() && spentNanos < turnNanos;
  }

  /** Does a piece of work, and returns how long it took. */
  long spend(Runnable work, EventExecutor loop) {
    callNext(loop);
    long began = nanoTime.getAsLong();
    work.run();
    long took = nanoTime.getAsLong() - began;
    spentNanos += took;
    return took;
  }

  /**
   * Has somebody read on in the next turns.
   *
   * @param reading of one piece; tells whether there is more
   */
  void standInLine(BooleanSupplier reading, EventExecutor loop) {
    if (line.isEmpty()) {
      lineLeftNanos = nanoTime.getAsLong();
    }
    line.add(reading);
    callNext(loop);
  }

  /** What is merely executed comes before the loop looks at its connections; this comes after. */
  private void callNext(EventExecutor loop) {
    if (!nextIsCalled) {
      nextIsCalled = true;
      var unused = loop.schedule(() -> takeTurn(loop), 1, TimeUnit.NANOSECONDS);
    }
  }

  private void takeTurn(EventExecutor loop) {
    nextIsCalled = false;
    spentNanos = 0;
    turnNanos = line.isEmpty() ? TURN_NANOS : share(nanoTime.getAsLong() - lineLeftNanos);
    try {
      while (!line.isEmpty() && spentNanos < turnNanos) {
        readFirst();
      }
    } finally { // whatever came of one, all others are still to be read
      lineLeftNanos = nanoTime.getAsLong();
      if (!line.isEmpty()) {
        callNext(loop);
      }
    }
  }

  private static long share(long othersNanos) {
    return Math.clamp(othersNanos, TURN_NANOS, TURN_NANOS_MAX);
  }

  private void readFirst() {
    boolean more = false;
    try {
      more = line.element().getAsBoolean();
    } finally {
      var first = line.remove();
      if (more) {
        line.add(first);
      }
    }
  }
}
