package dev.refrain.gateway.figures;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of each call in a line, behind everybody's back. Thread-safe. */
public final class AccessLog implements AutoCloseable {
  /*
   * Who answers a call puts a line into the queue and goes on: he wakes nobody, for that would cost
   * him more than the rest. One thread looks into it many times in a second. Lines that find the
   * queue full are dropped and counted, as are those that cannot be written: a full disk is
   * complained of once, and is no reason to answer nobody.
   */

  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
  private static final int QUEUE_MAX = 16_384;
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration END_TIME_MAX = Duration.ofSeconds(5);

  private final LogFile file;
  private final LogSettings settings;
  private final Queue<LogLine> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder written = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread clerk = Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
  private String complaint = "";

  private AccessLog(LogSettings settings) throws IOException {
    this.settings = settings;
    file = new LogFile(settings);
  }

  /**
   * Begins to write.
   *
   * @throws IOException if the file cannot be opened
   */
  public static AccessLog open(LogSettings settings) throws IOException {
    var log = new AccessLog(settings);
    log.clerk.start();
    return log;
  }

  /** Returns whether the next call is among those that are logged. */
  boolean wantsNext() {
    return settings.share() >= 1 || ThreadLocalRandom.current().nextDouble() < settings.share();
  }

  /** Takes a line down. Waits for nothing. */
  void add(LogLine line) {
    if (waiting.incrementAndGet() > QUEUE_MAX) {
      waiting.decrementAndGet();
      dropped.increment();
    } else {
      queue.add(line);
    }
  }

  private void run() {
    try {
      while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        writeAll();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private void writeAll() {
    if (queue.isEmpty()) {
      return;
    }
    try {
      for (var line = queue.poll(); line != null; line = queue.poll()) {
        waiting.decrementAndGet();
        dropped.increment(); // unless it is written
        file.write(line.toBytes(settings.requests()));
        dropped.decrement();
        written.increment();
      }
      file.flush();
      complaint = "";
    } catch (IOException | RuntimeException e) {
      if (!e.toString().equals(complaint)) {
        log.error("The access log cannot be written", e);
        complaint = e.toString();
      }
    }
  }

  long written() {
    return written.sum();
  }

  long dropped() {
    return dropped.sum();
  }

  @Override
  public void close() {
    closing.countDown(); // and no interrupt, which would break off what is being written
    try {
      clerk.join(END_TIME_MAX);
      writeAll();
      file.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is a daemon
    } catch (IOException e) {
      log.error("The access log cannot be ended", e);
    }
  }
}
