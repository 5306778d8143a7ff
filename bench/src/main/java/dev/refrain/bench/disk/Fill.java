package dev.refrain.bench.disk;

import dev.refrain.sqlite.SqliteStore;
import dev.refrain.sqlite.SqliteTier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Stores entries as fast as they are taken on, and says how fast that was. */
final class Fill {
  private static final long BYTES_MAX = 64L << 30;
  private static final int LEAST = 10_000;

  private Fill() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int entries = Integer.parseInt(arguments[1]);
    var plan = SqliteStore.at(Path.of(arguments[0])).bytesMax(BYTES_MAX);
    try (var store = SqliteStore.open(plan)) {
      var tier = store.tier();
      int there = (int) tier.holdings().entries();
      long began = System.nanoTime();
      for (int i = there; i < entries; i++) {
        for (long dropped = tier.dropped(); ; dropped = tier.dropped()) {
          tier.store(Entries.recording(i));
          if (tier.dropped() == dropped) {
            break;
          }
          TimeUnit.MILLISECONDS.sleep(1); // the queue is full
        }
      }
      flush(tier);
      double seconds = (System.nanoTime() - began) / 1e9;
      if (entries - there >= LEAST) {
        System.out.printf(
            Locale.ROOT,
            "| stores per second, from %,d to %,d entries | %,.0f |%n",
            there,
            entries,
            (entries - there) / seconds);
      }
    }
  }

  /** What a full queue dropped was stored once more, and is told of all the same. */
  private static void flush(SqliteTier tier) throws IOException, InterruptedException {
    try {
      tier.flush();
    } catch (IOException e) {
      if (tier.dropped() == 0) {
        throw e;
      }
      tier.flush();
    }
  }
}
