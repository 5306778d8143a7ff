package dev.refrain.bench.disk;

import dev.refrain.LlmCache;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.sqlite.SqliteStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/** Opens what is there, and says how long that took, what it needs, and how long a hit takes. */
final class Look {
  private static final long BYTES_MAX = 64L << 30;
  private static final int WARM = 30_000;
  private static final int HITS = 50_000;
  private static final int RETIRED = 200;

  private final int entries;

  private Look(int entries) {
    this.entries = entries;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    new Look(Integer.parseInt(arguments[1])).look(Path.of(arguments[0]));
  }

  private void look(Path directory) throws IOException, InterruptedException {
    long opening = System.nanoTime();
    var plan = SqliteStore.at(directory).bytesMax(BYTES_MAX);
    try (var store = SqliteStore.open(plan);
        var cache =
            LlmCache.builder()
                .dialect(OpenAiChat.DIALECT)
                .tier(store.tier())
                .epochs(store.epochs())
                .build()) {
      if (entries > 0) {
        hit(store, 0);
      }
      long began = ManagementFactory.getRuntimeMXBean().getStartTime();
      say("from opening to the first hit, ms", (System.nanoTime() - opening) / 1e6);
      say("… since the JVM began, ms", (double) (InstantSource.system().millis() - began));
      System.gc();
      say("resident, MB", statusKilobytes("VmRSS:") / 1024.0);
      var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
      say("heap in use, MB", heap.getUsed() / 1048576.0);
      if (entries > 0) {
        hits(store);
      }
      retire(cache);
    }
  }

  private static void hit(SqliteStore store, int number) throws IOException, InterruptedException {
    if (store.tier().find(Entries.slot(number)) == null) {
      throw new IOException("entry " + number + " is missing");
    }
  }

  private void hits(SqliteStore store) throws InterruptedException {
    var caller = Thread.ofVirtual().start(() -> measure(store));
    caller.join();
  }

  private void measure(SqliteStore store) {
    try {
      var random = new SplittableRandom(7);
      for (int i = 0; i < WARM; i++) {
        hit(store, random.nextInt(entries));
      }
      var nanos = new long[HITS];
      for (int i = 0; i < HITS; i++) {
        int number = random.nextInt(entries);
        long before = System.nanoTime();
        hit(store, number);
        nanos[i] = System.nanoTime() - before;
      }
      say("hit, µs median", median(nanos) / 1e3);
      say("hit, µs p99", nanos[HITS / 100 * 99] / 1e3);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void retire(LlmCache cache) throws IOException, InterruptedException {
    var nanos = new long[RETIRED];
    for (int i = 0; i < RETIRED; i++) {
      long before = System.nanoTime();
      cache.invalidate("doc:" + i % 10);
      nanos[i] = System.nanoTime() - before;
    }
    say("invalidating a tag, durably, ms median", median(nanos) / 1e6);
    say("… p99", nanos[RETIRED / 100 * 99] / 1e6);
  }

  private static long median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  private static long statusKilobytes(String name) throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }

  private void say(String what, double value) {
    System.out.printf(Locale.ROOT, "| %,d entries: %s | %.2f |%n", entries, what, value);
  }
}
