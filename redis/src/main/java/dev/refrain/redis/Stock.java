package dev.refrain.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the servers say that they hold: all that lies there, be it ours or not. Thread-safe. */
final class Stock {
  /*
   * Figures are wanted every second, and must make nobody wait. So this returns what was said last,
   * and if that is old, a thread asks anew: one at a time, and none while the servers are away.
   */

  private static final Duration REPLY_TIME_MAX = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(Stock.class);

  private final Lines lines;
  private final long ageNanosMax;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Said last = Said.NOTHING;
  private volatile long askedNanos;

  /** -1 stands for "unknown". */
  record Said(long entries, long bytes, long bytesMax, long evictions) {
    static final Said NOTHING = new Said(-1, -1, -1, -1);
  }

  /** Asks what is older than this anew. */
  Stock(Lines lines, Duration ageMax) {
    this.lines = lines;
    this.ageNanosMax = ageMax.toNanos();
    this.askedNanos = System.nanoTime() - ageNanosMax;
  }

  /** Returns what was said last, and sees to it that it will be newer. */
  Said last() {
    if (!lines.writes().isUp()) {
      return Said.NOTHING;
    }
    if (System.nanoTime() - askedNanos >= ageNanosMax && !asking.getAndSet(true)) {
      Thread.ofVirtual().name("redis-stock").start(this::ask);
    }
    return last;
  }

  private void ask() {
    try {
      last = lines.writes().ask(REPLY_TIME_MAX, connection -> said(new Servers.All(connection)));
    } catch (IOException e) {
      last = Said.NOTHING;
      log.debug("Redis does not say what it holds", e); // it may be forbidden, or away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that to this thread
    } finally {
      askedNanos = System.nanoTime();
      asking.set(false);
    }
  }

  private static CompletionStage<Said> said(Servers.All servers) {
    CompletableFuture<Long> entries = servers.size().toCompletableFuture();
    CompletableFuture<List<String>> memory = servers.info("memory").toCompletableFuture();
    CompletableFuture<List<String>> stats = servers.info("stats").toCompletableFuture();
    return CompletableFuture.allOf(entries, memory, stats)
        .thenApply(all -> {
          long bytesMax = sum(memory.join(), "maxmemory:");
          return new Said(
              entries.join(),
              sum(memory.join(), "used_memory:"),
              (bytesMax == 0) ? -1 : bytesMax, // as much as there is
              sum(stats.join(), "evicted_keys:"));
        });
  }

  private static long sum(List<String> ofEach, String name) {
    return ofEach.stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
        .sum();
  }
}
