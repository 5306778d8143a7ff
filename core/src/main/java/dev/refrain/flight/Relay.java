package dev.refrain.flight;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
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
   * nobody can join any more. Who waits for whom then is for the Pace to say.
   *
   * A reader either asks for chunk after chunk, or has them poured into an outlet, by whichever
   * thread brings them: no thread has to wake up for a chunk. One thread at a time pours for a
   * reader, and without the lock: an outlet is a stranger. Whoever brings a chunk while another
   * pours leaves it to him, who looks again, under the lock, before he goes.
   *
   * The lock guards everything, the readers' positions included. No other lock is taken under it.
   */

  private final Window<C> window; // guarded by lock
  private final Function<Relay<H, C>, @Nullable Reader> boarding;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition(); // awaited by readers
  private final Condition room = lock.newCondition(); // awaited by the writer
  private final Set<Reader> readers = new LinkedHashSet<>(); // whom the window waits for
  private final Pace<C> pace;
  private @Nullable H head;
  private boolean ended;
  private @Nullable Throwable failure;

  Relay(Window<C> window, Function<Relay<H, C>, @Nullable Reader> boarding) {
    this.window = window;
    this.pace = new Pace<>(window, readers);
    this.boarding = boarding;
  }

  /** Returns one more reader, at the beginning, or null if that is gone already. */
  public @Nullable Reader board() {
    return boarding.apply(this);
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
    List<Reader> pouring;
    lock.lockInterruptibly();
    try {
      if (!put(chunk)) {
        return false;
      }
      pouring = tellOfNews();
    } finally {
      lock.unlock();
    }
    pouring.forEach(Reader::drain);
    return true;
  }

  /** Gives a chunk to all readers if that takes no waiting; otherwise returns false. */
  public boolean offer(C chunk) {
    List<Reader> pouring;
    lock.lock();
    try {
      if (ended || !pace.tryPut(chunk)) {
        return false;
      }
      pouring = tellOfNews();
    } finally {
      lock.unlock();
    }
    pouring.forEach(Reader::drain);
    return true;
  }

  /** Returns the readers for whom what is new is to be poured. */
  private List<Reader> tellOfNews() {
    news.signalAll();
    var pouring = new ArrayList<Reader>(readers.size());
    for (var reader : readers) {
      if (reader.outlet != null) {
        pouring.add(reader);
      }
    }
    return pouring;
  }

  /** Puts a chunk into the window once it has room; returns false if there is no use in that. */
  private boolean put(C chunk) throws InterruptedException {
    while (!ended) {
      if (pace.tryPut(chunk)) {
        return true;
      }
      if (readers.isEmpty()) {
        return false;
      }
      pace.awaitRoom(chunk, room);
    }
    throw new InterruptedException("called back");
  }

  /**
   * Makes something of all that came; null if some of it is gone already. For the writer.
   *
   * @param maker to whom the chunks are lent, and who must be quick, as all readers wait for him
   * @throws InterruptedException if the readers were told the end already
   */
  public <T> @Nullable T whole(Function<? super List<C>, T> maker) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (ended) {
        throw new InterruptedException("called back");
      }
      return (window.start() > 0) ? null : maker.apply(new Whole<>(window));
    } finally {
      lock.unlock();
    }
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
        readers.forEach(reader -> reader.rest.signalAll());
        letGoIfDone();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Once all is said and nobody reads, nothing is kept for those who might still come. */
  private void letGoIfDone() {
    if (ended && readers.isEmpty()) {
      window.letGoBefore(window.end());
    }
  }

  /** Returns a new reader at the beginning, or null if that is gone already. */
  @Nullable Reader join(Runnable whenClosed) {
    lock.lock();
    try {
      if (window.start() > 0) {
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
  public final class Reader implements AutoCloseable, Pace.Follower {
    private final Runnable whenClosed;
    private final Condition rest = lock.newCondition(); // awaited by who has it poured
    private long position; // guarded by lock, as all that follow
    private @Nullable Outlet<C> outlet;
    private boolean pouring;
    private boolean paused;
    private boolean resumed; // before it was paused, perhaps
    private @Nullable Throwable spilt; // what the outlet threw
    private boolean closed;

    private Reader(Runnable whenClosed) {
      this.whenClosed = whenClosed;
    }

    Relay<H, C> relay() {
      return Relay.this;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void isLeftBehind() {
      rest.signalAll();
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
        while (position == window.end() && !ended) {
          news.await(); // ends with the flight, whose time is bounded
        }
        if (position < window.start()) {
          throw fallenBehind();
        }
        if (position < window.end()) {
          room.signal();
          return window.get(position++);
        }
        if (failure != null) {
          throw broken();
        }
        return null;
      } finally {
        lock.unlock();
      }
    }

    /** Returns whether {@link #next} would give a chunk without waiting. */
    public boolean isReady() {
      lock.lock();
      try {
        return position < window.end();
      } finally {
        lock.unlock();
      }
    }

    /**
     * Has an outlet take all chunks, as they come and on whatever threads bring them. Returns at
     * the end, if it is clean; the outlet is not used any more afterwards.
     *
     * @param stallMax about how long the outlet may be unable to take anything
     * @throws IOException if the reply broke off, or this reader fell too far behind, or stalled
     */
    public void pour(Outlet<C> outlet, Duration stallMax) throws IOException, InterruptedException {
      lock.lockInterruptibly();
      try {
        this.outlet = outlet;
      } finally {
        lock.unlock();
      }
      try {
        drain();
        awaitPoured(stallMax.toNanos());
      } finally {
        withdraw();
      }
    }

    /** Tells that the outlet can take more. */
    public void resume() {
      lock.lock();
      try {
        paused = false;
        resumed = true;
      } finally {
        lock.unlock();
      }
      drain();
    }

    /** Gives the outlet what there is, unless another thread is doing that. */
    private void drain() {
      var taker = claim();
      if (taker == null) {
        return;
      }
      for (var chunk = advance(true); chunk != null; ) {
        boolean wantsMore = false;
        try {
          wantsMore = taker.take(chunk);
        } catch (RuntimeException | Error e) {
          spill(e); // its reader is told; whoever brought the chunk has others to bring it to
        }
        chunk = advance(wantsMore);
      }
    }

    private @Nullable Outlet<C> claim() {
      lock.lock();
      try {
        if (pouring || outlet == null) {
          return null;
        }
        pouring = true;
        return outlet;
      } finally {
        lock.unlock();
      }
    }

    /** Returns the next chunk to pour, or null if this thread is not to pour any more. */
    private @Nullable C advance(boolean wantsMore) {
      lock.lock();
      try {
        paused |= !wantsMore && !resumed;
        resumed = false;
        if (!paused && outlet != null && spilt == null && position >= window.start()) {
          if (position < window.end()) {
            room.signal();
            return window.get(position++);
          }
        }
        pouring = false;
        if (ended || outlet == null || spilt != null) {
          rest.signalAll();
        }
        return null;
      } finally {
        lock.unlock();
      }
    }

    private void spill(Throwable cause) {
      lock.lock();
      try {
        spilt = cause;
      } finally {
        lock.unlock();
      }
    }

    private void awaitPoured(long stallNanosMax) throws IOException, InterruptedException {
      lock.lockInterruptibly();
      try {
        while (spilt == null && position >= window.start() && !(ended && isPoured())) {
          long before = position;
          boolean late = rest.awaitNanos(stallNanosMax) <= 0;
          if (late && paused && position == before) {
            throw new IOException("this reader took nothing for too long");
          }
        }
        if (spilt != null) {
          throw new IOException("this reader failed", spilt);
        }
        if (position < window.start()) {
          throw fallenBehind();
        }
        if (failure != null) {
          throw broken();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Returns whether somebody waits, having poured all there was; for tests. */
    boolean isWaiting() {
      lock.lock();
      try {
        return outlet != null && lock.hasWaiters(rest);
      } finally {
        lock.unlock();
      }
    }

    private boolean isPoured() {
      return position == window.end() && !pouring;
    }

    /** Whoever pours just now is waited for: an outlet takes a chunk in no time. */
    private void withdraw() {
      lock.lock();
      try {
        outlet = null;
        while (pouring) {
          rest.awaitUninterruptibly();
        }
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
        letGoIfDone();
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
        letGoIfDone();
      } finally {
        lock.unlock();
      }
      if (leaves) {
        whenClosed.run();
      }
    }

    private static IOException fallenBehind() {
      return new IOException("this reader fell too far behind the others");
    }

    private IOException broken() {
      var cause = failure;
      return (cause == null)
          ? new IOException("the flight landed without a reply")
          : new FlightFailedException(cause);
    }
  }
}
