package dev.refrain.bench.disk;

import dev.refrain.LlmCache;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Retires all that is there, and says how long others wait while it leaves the disk. */
final class Sweep {
  private static final long BYTES_MAX = 64L << 30;
  private static final Duration UNTIL_SWEPT = Duration.ofMinutes(15); // as the clock tells
  private static final long MEASURED_NANOS = Duration.ofSeconds(20).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos(); // between two looks
  private static final long LATE_NANOS = Duration.ofMillis(10).toNanos();
  private static final int LOOKS_MAX = 100_000;
  private static final int STORED_FROM = 10_000_000;
  private static final int STORED_EACH = 10; // looks

  private Sweep() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int entries = Integer.parseInt(arguments[1]);
    var ahead = new AtomicLong();
    InstantSource clock = () -> InstantSource.system().instant().plusMillis(ahead.get());
    var plan = SqliteStore.at(Path.of(arguments[0])).bytesMax(BYTES_MAX).clock(clock);
    try (var store = SqliteStore.open(plan);
        var cache =
            LlmCache.builder()
                .dialect(OpenAiChat.DIALECT)
                .tier(store.tier())
                .epochs(store.epochs())
                .build()) {
      look(store, entries); // until all is compiled
      say(entries, "in peace", look(store, entries));
      cache.invalidateAll();
      ahead.addAndGet(UNTIL_SWEPT.toMillis());
      long before = store.tier().holdings().entries();
      var nanos = look(store, entries);
      long swept = before - store.tier().holdings().entries();
      say(entries, "swept in 20 s", (double) swept);
      say(entries, "while it is swept", nanos);
    }
  }

  /** Returns how long each look took, in rising order. Now and then something is stored, too. */
  private static long[] look(SqliteStore store, int entries)
      throws IOException, InterruptedException {
    var random = new SplittableRandom(7);
    var nanos = new long[LOOKS_MAX];
    int looks = 0;
    long began = System.nanoTime();
    while (looks < LOOKS_MAX && System.nanoTime() - began < MEASURED_NANOS) {
      int number = random.nextInt(entries);
      long before = System.nanoTime();
      store.tier().find(Entries.slot(number));
      if (looks % STORED_EACH == 0) {
        store.tier().store(Entries.recording(STORED_FROM + looks));
      }
      nanos[looks++] = System.nanoTime() - before;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    Arrays.sort(nanos, 0, looks);
    return Arrays.copyOf(nanos, looks);
  }

  private static void say(int entries, String when, long[] nanos) {
    say(entries, "looks " + when + ", µs median", nanos[nanos.length / 2] / 1e3);
    say(entries, "… p99", nanos[nanos.length / 100 * 99] / 1e3);
    say(entries, "… longest", nanos[nanos.length - 1] / 1e3);
    long late = Arrays.stream(nanos).filter(one -> one > LATE_NANOS).count();
    say(entries, "… longer than 10 ms, of " + nanos.length, (double) late);
  }

  private static void say(int entries, String what, double value) {
    System.out.printf(Locale.ROOT, "| %,d entries: %s | %.2f |%n", entries, what, value);
  }
}
