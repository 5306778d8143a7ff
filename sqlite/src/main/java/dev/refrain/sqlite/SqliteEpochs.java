package dev.refrain.sqlite;

import dev.refrain.EpochStore;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Epochs in the small file of a store. One process has it, so there is nothing to hear of. */
final class SqliteEpochs implements EpochStore {
  /*
   * All is done by one thread of its own: SQLite waits for the disk within native code, where a
   * virtual thread would hold up others, and a disk that hangs must not hang who invalidates.
   */

  private static final Logger log = LoggerFactory.getLogger(SqliteEpochs.class);
  private static final int SECONDS_MAX = 5;
  private static final int CATCH_UP_SECONDS = 1;
  private static final int SECRET_BYTES = 32;

  private final StateFile file;
  private final AtomicLong changes = new AtomicLong();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("refrain-sqlite-state").unstarted(task));
  private volatile boolean open;

  SqliteEpochs(StateFile file) {
    this.file = file;
    var unused =
        thread.scheduleWithFixedDelay(
            this::catchUp, CATCH_UP_SECONDS, CATCH_UP_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns the epochs that hold; null as long as no cache goes by them. */
  @Nullable Known known() {
    return open ? file.known() : null;
  }

  /** Returns how often something was invalidated. */
  long changes() {
    return changes.get();
  }

  @Override
  public void open(Ledger ledger) {
    ledger.replace(file.known().snapshot());
    open = true;
  }

  @Override
  public void write(String tag, String epoch) throws IOException, InterruptedException {
    run(() -> {
      changes.incrementAndGet();
      file.write(tag, epoch);
      return tag;
    });
  }

  @Override
  public void replace(Snapshot snapshot) throws IOException, InterruptedException {
    run(() -> {
      changes.incrementAndGet();
      file.replace(snapshot);
      return snapshot;
    });
  }

  /** Returns random bytes that were made once for this name. */
  byte[] secret(String name) throws IOException, InterruptedException {
    return run(() -> {
      byte @Nullable [] old = file.secret(name);
      if (old != null) {
        return old.clone();
      }
      var made = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(made);
      file.putSecret(name, made);
      return made.clone();
    });
  }

  private <T> T run(Callable<T> work) throws IOException, InterruptedException {
    try {
      return thread.submit(work).get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("the disk took more than " + SECONDS_MAX + " s", e);
    } catch (RejectedExecutionException e) {
      throw new IOException("closed", e);
    }
  }

  private void catchUp() {
    try {
      file.catchUp();
    } catch (IOException e) {
      log.debug("Epochs are not yet written: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    thread.execute(() -> {
      catchUp();
      file.close();
    });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(SECONDS_MAX, TimeUnit.SECONDS)) {
        log.warn("Epochs could not be closed within {} s", SECONDS_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends without us
    }
  }
}
