package dev.refrain.flight;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The growing reply of a flight: one writer, many readers, each at its own pace. A reader who comes
 * late gets what has arrived at once, and the rest as it comes. Thread-safe.
 *
 * @param <H> what opens a reply
 * @param <C> a piece of it
 */
public final class Relay<H, C> {
  /*
   * Chunks lie in a window. While the whole reply fits, the window holds all of it, and anyone may
   * join. Once it does not, the window slides: chunks that every reader has passed are let go, and
   * nobody can join any more. If that does not make room, the fastest reader sets the pace: the
   * writer waits until he has read everything, and who is then a whole window behind him is cut
   * off. So a slow reader costs one window of memory and holds up nobody, and a lone one merely
   * slows the writer down.
   *
   * The lock guards everything, the readers' positions included. No other lock is taken under it.
   */

  private final ToIntFunction<C> weigher;
  private final long windowWeightMax;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition(); // awaited by readers
  private final Condition room = lock.newCondition(); // awaited by the writer
  private final List<C> window = new ArrayList<>();
  private final Set<Reader> readers = new LinkedHashSet<>(); // whom the window waits for
  private long windowStart; // how many chunks have left the window
  private long windowWeight;
  private @Nullable H head;
  private boolean ended;
  private @Nullable Throwable failure;

  Relay(ToIntFunction<C> weigher, long windowWeightMax) {
    this.weigher = weigher;
    this.windowWeightMax = windowWeightMax;
  }

  /** Gives the head to all readers, unless they were told the end already. */
  public void open(H opening) {
    lock.lock();
    try {
      if (head != null) {
        throw new IllegalStateException("opened twice");
      }
      if (!ended) {
        head = opening;
        news.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives a chunk to all readers. Waits while even the fastest of them is a window behind.
   *
   * @return false if there is no use in going on: nobody reads, and nobody can join any more
   * @throws InterruptedException also if the readers were told the end already
   */
  public boolean append(C chunk) throws InterruptedException {
    int weight = weigher.applyAsInt(chunk);
    lock.lockInterruptibly();
    try {
      if (windowWeight + weight > windowWeightMax && !makeRoom(weight)) {
        return false;
      }
      if (ended) {
        throw new InterruptedException("called back");
      }
      window.add(chunk);
      windowWeight += weight;
      news.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean makeRoom(int weight) throws InterruptedException {
    while (!ended) {
      letGoBefore(readers.stream().mapToLong(reader -> reader.position).min().orElse(end()));
      if (readers.isEmpty()) {
        return false;
      }
      if (windowWeight + weight <= windowWeightMax) {
        return true;
      }
      if (readers.stream().anyMatch(reader -> reader.position == end())) {
        while (!window.isEmpty() && windowWeight + weight > windowWeightMax) {
          letGoBefore(windowStart + 1);
        }
        readers.removeIf(reader -> reader.position < windowStart);
        return true;
      }
      room.await(); // ends with the flight, whose time is bounded
    }
    return true;
  }

  private void letGoBefore(long position) {
    var passed = window.subList(0, Math.toIntExact(Math.max(0, position - windowStart)));
    windowStart += passed.size();
    for (var chunk : passed) {
      windowWeight -= weigher.applyAsInt(chunk);
    }
    passed.clear();
  }

  private long end() {
    return windowStart + window.size();
  }

  /** Tells all readers that this was the whole of it. */
  void end(@Nullable Throwable cause) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        failure = cause;
        news.signalAll();
        room.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns a new reader at the beginning, or null if that is gone already. */
  @Nullable Reader join(Runnable whenClosed) {
    lock.lock();
    try {
      if (windowStart > 0) {
        return null;
      }
      var reader = new Reader(whenClosed);
      readers.add(reader);
      return reader;
    } finally {
      lock.unlock();
    }
  }

  /** One who reads along, for one thread; any thread may close it. */
  public final class Reader implements AutoCloseable {
    private final Runnable whenClosed;
    private long position; // guarded by lock, as is the next
    private boolean closed;

    private Reader(Runnable whenClosed) {
      this.whenClosed = whenClosed;
    }

    Relay<H, C> relay() {
      return Relay.this;
    }

    /**
     * Waits for the head.
     *
     * @throws IOException if the flight failed before it had one
     */
    public H head() throws IOException, InterruptedException {
      lock.lockInterruptibly();
      try {
        while (head == null && !ended) {
          news.await(); // ends with the flight, whose time is bounded
        }
        if (head == null) {
          throw broken();
        }
        return head;
      } finally {
        lock.unlock();
      }
    }

    /**
     * Waits for the next chunk. Returns null at the end, if it is clean.
     *
     * @throws IOException if the reply broke off, or this reader fell too far behind
     */
    public @Nullable C next() throws IOException, InterruptedException {
      lock.lockInterruptibly();
      try {
        while (position == end() && !ended) {
          news.await(); // ends with the flight, whose time is bounded
        }
        if (position < windowStart) {
          throw new IOException("this reader fell too far behind the others");
        }
        if (position < end()) {
          var chunk = window.get((int) (position - windowStart));
          position++;
          room.signal();
          return chunk;
        }
        if (failure != null) {
          throw broken();
        }
        return null;
      } finally {
        lock.unlock();
      }
    }

    /** Waits until the flight has landed, well or not. Who waits for that reads no chunks. */
    public void awaitEnd() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        readers.remove(this);
        room.signal();
        while (!ended) {
          news.await(); // ends with the flight, whose time is bounded
        }
      } finally {
        lock.unlock();
      }
    }

    /** Leaves. */
    @Override
    public void close() {
      boolean leaves;
      lock.lock();
      try {
        leaves = !closed;
        closed = true;
        readers.remove(this);
        room.signal();
      } finally {
        lock.unlock();
      }
      if (leaves) {
        whenClosed.run();
      }
    }

    private IOException broken() {
      var cause = failure;
      return (cause == null)
          ? new IOException("the flight landed without a reply")
          : new FlightFailedException(cause);
    }
  }
}
