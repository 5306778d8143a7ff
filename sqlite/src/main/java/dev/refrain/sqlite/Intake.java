package dev.refrain.sqlite;

import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.sqlite.Pending.Change;
import dev.refrain.sqlite.Pending.Doubt;
import dev.refrain.tier.Parcels;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What waits to be written: bounded, and never waited for. Thread-safe. */
final class Intake {
  static final int TASKS_MAX = 16_384;
  static final long BYTES_MAX = 32L << 20;

  /** So many are written in one transaction. */
  private static final int TAKEN_MAX = 4096;

  private static final Duration FLUSH_TIME_MAX = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  private final Parcels parcels;
  private final Pending pending;
  private final Readers readers;
  private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(TASKS_MAX);
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder dropped = new LongAdder();
  private volatile @Nullable String refusal;
  private volatile boolean lossy; // something was not written since the last flush

  /** What is to be done, in its order. */
  sealed interface Task {}

  /** Something is to be written. */
  record Write(Change change, long bytes) implements Task {}

  /** Somebody waits until all before is durable. */
  record Flush(CompletableFuture<Boolean> done) implements Task {}

  /** There may be something to do that does not stand in the queue. */
  record Wake() implements Task {}

  Intake(Parcels parcels, Pending pending, Readers readers) {
    this.parcels = parcels;
    this.pending = pending;
    this.readers = readers;
  }

  /**
   * Takes on a change; without a recording it empties the slot. What finds no room is dropped.
   *
   * @throws IOException if changes are refused, and why
   */
  void change(Slot slot, @Nullable Recording recording) throws IOException, InterruptedException {
    var reason = refusal;
    if (reason != null) {
      drop(slot);
      throw new IOException(reason);
    }
    long size = (recording == null) ? 0 : recording.weight();
    boolean room = bytes.addAndGet(size) <= BYTES_MAX;
    if (!room || !queue.offer(new Write(pending.change(slot, recording), size))) {
      bytes.addAndGet(-size);
      drop(slot);
    }
  }

  /** Notes that nothing will be written, and that what lies there is not to be shown. */
  private void drop(Slot slot) throws InterruptedException {
    lossy = true;
    dropped.increment();
    settleIfNothingLiesThere(pending.doubt(slot));
  }

  /** A doubt about an empty slot is none; most are of that kind. */
  private void settleIfNothingLiesThere(@Nullable Doubt doubt) throws InterruptedException {
    if (doubt == null) {
      return;
    }
    try {
      var names = parcels.names(doubt.slot());
      if (readers.read(reader -> reader.find(names).isEmpty())) {
        pending.settle(doubt);
      }
    } catch (IOException e) {
      log.trace("A doubt stays until the writer can look into it", e);
    }
  }

  /**
   * Returns when all that was told before is on disk, and would be after a power cut.
   *
   * @throws IOException if something of it is not
   */
  void flush() throws IOException, InterruptedException {
    var reason = refusal;
    if (reason != null) {
      throw new IOException(reason);
    }
    var flush = new Flush(new CompletableFuture<>());
    try {
      boolean queued = queue.offer(flush, FLUSH_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (!queued || !flush.done.get(FLUSH_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("not everything could be written");
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("not written within " + FLUSH_TIME_MAX.toSeconds() + " s", e);
    }
  }

  /** Lets the writer look around at once; if there is no room for that, it is at work anyway. */
  void wake() {
    var unused = queue.offer(new Wake());
  }

  /** Returns what is to be done next, all together; nothing if nothing comes in this time. */
  List<Task> take(long millis) throws InterruptedException {
    var tasks = new ArrayList<Task>();
    var first = queue.poll(millis, TimeUnit.MILLISECONDS);
    if (first != null) {
      tasks.add(first);
      queue.drainTo(tasks, TAKEN_MAX - 1);
    }
    return tasks;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Notes what is on disk now. */
  void done(List<Task> tasks) {
    for (var task : tasks) {
      switch (task) {
        case Write write -> {
          bytes.addAndGet(-write.bytes);
          pending.settle(write.change);
        }
        case Flush flush -> {
          flush.done.complete(!lossy);
          lossy = false;
        }
        case Wake wake -> {}
      }
    }
  }

  /** Notes what will not be on disk. */
  void lost(List<Task> tasks) throws InterruptedException {
    for (var task : tasks) {
      switch (task) {
        case Write write -> {
          lossy = true;
          bytes.addAndGet(-write.bytes);
          dropped.increment();
          settleIfNothingLiesThere(pending.lose(write.change));
        }
        case Flush flush -> flush.done.complete(false);
        case Wake wake -> {}
      }
    }
  }

  /** Refuses changes from now on; null takes them on again. Whoever waits is told at once. */
  void refuse(@Nullable String reason) {
    refusal = reason;
    for (var task : queue) {
      if (reason != null && task instanceof Flush flush) {
        flush.done.complete(false);
      }
    }
  }

  /** Returns why changes are refused; null if they are not. */
  @Nullable String refusal() {
    return refusal;
  }

  /** Returns how many changes were not written. */
  long dropped() {
    return dropped.sum();
  }
}
