package dev.refrain.sqlite;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few threads that read, each with a connection. Thread-safe. */
final class Readers implements AutoCloseable {
  /*
   * Threads of their own, although that costs a hit some microseconds: SQLite waits for the disk
   * within native code, where a virtual thread holds up its carrier and so others. And who waits
   * for a thread can stop waiting: a disk that hangs costs a caller at most TIME_MAX, and the next
   * ones nothing for RESTS.
   *
   * "replacing" is held for reading during a read, and for writing while the file is exchanged; so
   * there is no connection to the old file afterwards.
   */

  private static final int THREADS = 4;
  private static final int QUEUE_MAX = 1024;
  private static final Duration TIME_MAX = Duration.ofSeconds(1);
  private static final Duration RESTS = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(Readers.class);

  private final AnswerFile file;
  private final AtomicReference<@Nullable SQLException> damage = new AtomicReference<>();
  private final ConcurrentLinkedQueue<Reader> idle = new ConcurrentLinkedQueue<>();
  private final ReentrantReadWriteLock replacing = new ReentrantReadWriteLock();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE_MAX),
          task -> Thread.ofPlatform().daemon().name("refrain-sqlite-reader").unstarted(task));
  private volatile long hungNanos = System.nanoTime() - RESTS.toNanos();

  /** Something to read. */
  interface Reading<T> {
    T from(Reader reader) throws SQLException;
  }

  /** Something to do while nobody reads. */
  interface Replacing {
    void run() throws IOException;
  }

  Readers(AnswerFile file) {
    this.file = file;
  }

  /** Returns what a reader has met that will not get better by itself, once. */
  @Nullable SQLException takeDamage() {
    return damage.getAndSet(null);
  }

  /** Reads, if that is possible within a second. */
  <T> T read(Reading<T> reading) throws IOException, InterruptedException {
    if (System.nanoTime() - hungNanos < RESTS.toNanos()) {
      throw new IOException("the disk has hung lately");
    }
    Future<T> future;
    try {
      future = threads.submit(() -> readHere(reading));
    } catch (RejectedExecutionException e) {
      throw new IOException("closed, or too many reads at once", e);
    }
    try {
      return future.get(TIME_MAX.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      future.cancel(/* mayInterruptIfRunning= */ false);
      hungNanos = System.nanoTime();
      throw new InterruptedIOException("the disk took more than " + TIME_MAX.toMillis() + " ms");
    } catch (InterruptedException e) {
      future.cancel(/* mayInterruptIfRunning= */ false);
      throw e;
    }
  }

  private <T> T readHere(Reading<T> reading) throws SQLException {
    replacing.readLock().lock();
    try {
      var pooled = idle.poll();
      var reader = (pooled == null) ? file.openForReading() : pooled;
      try {
        var result = reading.from(reader);
        idle.add(reader);
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        close(reader);
        throw e;
      }
    } catch (SQLException e) {
      if (Pragmas.tellsOfDamage(e)) {
        damage.compareAndSet(null, e);
      }
      throw e;
    } finally {
      replacing.readLock().unlock();
    }
  }

  /** Does something with the file while nobody has it open for reading. */
  void replace(Replacing action) throws IOException, InterruptedException {
    if (!replacing.writeLock().tryLock(TIME_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException("the file is being read");
    }
    try {
      closeIdle();
      action.run();
      damage.set(null); // it was that of the old file
    } finally {
      replacing.writeLock().unlock();
    }
  }

  private void closeIdle() {
    for (var reader = idle.poll(); reader != null; reader = idle.poll()) {
      close(reader);
    }
  }

  private static void close(Reader reader) {
    try {
      reader.close();
    } catch (SQLException e) {
      log.debug("A reader was not closed well: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(TIME_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
        log.warn("Some reads have not ended within {} ms", TIME_MAX.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // they end without us
    }
    closeIdle();
  }
}
