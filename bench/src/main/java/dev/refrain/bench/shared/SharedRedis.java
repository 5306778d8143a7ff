package dev.refrain.bench.shared;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.redis.RedisAddress;
import dev.refrain.redis.RedisSettings;
import dev.refrain.redis.RedisStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures hits in Redis against bare GETs of the same library on the same server, in turns, and
 * prints a table.
 */
public final class SharedRedis {
  private static final byte[] BARE = "refrain-bench-bare".getBytes(US_ASCII);
  private static final int CALLERS = 64;
  private static final int ROUNDS = 5;
  private static final int WARM = 20_000;
  private static final int WARM_ROUNDS = 4;
  private static final int LOOKS = 4_000; // in one round
  private static final long ROUND_MILLIS = 1_500;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private SharedRedis() {}

  /** A look for something that is there. */
  interface Look {
    void look() throws IOException, InterruptedException;
  }

  /** Takes the address of a server that is used for nothing else. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var settings =
        RedisSettings.of(RedisAddress.parse(arguments[0]))
            .withPrefix("refrain-bench")
            .withReplyTimeMax(PATIENCE);
    var client = RedisClient.create(arguments[0]);
    System.out.println("| What | Bare GET | Refrain | Ratio |\n|---|---|---|---|");
    try (client;
        var connection = client.connect(ByteArrayCodec.INSTANCE);
        var store = RedisStore.open(settings, InstantSource.system());
        var memory = new MemoryHits(store, settings)) {
      memory.awaitJoined();
      var bare = connection.sync();
      bare.set(BARE, new byte[MemoryHits.ANSWER_BYTES]);
      var slot = memory.storeOne();
      var tier = store.tier();
      Look get = () -> require(bare.get(BARE) != null);
      Look find = () -> require(tier.find(slot) != null);
      medians(get, find);
      throughputs(get, find);
      memory.measure();
    }
  }

  private static void require(boolean isThere) throws IOException {
    if (!isThere) {
      throw new IOException("what was stored is not there");
    }
  }

  private static void medians(Look get, Look find) throws IOException, InterruptedException {
    nanos(get, WARM);
    nanos(find, WARM);
    var gets = new ArrayList<Double>();
    var finds = new ArrayList<Double>();
    for (int round = 0; round < ROUNDS; round++) {
      gets.add(median(nanos(get, LOOKS)));
      finds.add(median(nanos(find, LOOKS)));
    }
    print("one caller, µs median", middle(gets) / 1e3, middle(finds) / 1e3);
  }

  private static long[] nanos(Look look, int count) throws IOException, InterruptedException {
    var nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long before = System.nanoTime();
      look.look();
      nanos[i] = System.nanoTime() - before;
    }
    return nanos;
  }

  private static double median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  private static void throughputs(Look get, Look find) throws InterruptedException {
    for (int round = 0; round < WARM_ROUNDS; round++) { // the compilers take processors, too
      perSecond(get);
      perSecond(find);
    }
    var gets = new ArrayList<Double>();
    var finds = new ArrayList<Double>();
    for (int round = 0; round < ROUNDS; round++) {
      gets.add(perSecond(get));
      finds.add(perSecond(find));
    }
    print(CALLERS + " callers, a second", middle(gets), middle(finds));
  }

  private static double perSecond(Look look) throws InterruptedException {
    var done = new LongAdder();
    var threads = new ArrayList<Thread>();
    long began = System.nanoTime();
    long end = began + ROUND_MILLIS * 1_000_000;
    for (int i = 0; i < CALLERS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                while (System.nanoTime() < end) {
                  lookOrDie(look);
                  done.increment();
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
    return done.sum() * 1e9 / (System.nanoTime() - began);
  }

  private static void lookOrDie(Look look) {
    try {
      look.look();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static double middle(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  static void print(String what, double bare, double ours) {
    System.out.printf(
        Locale.ROOT, "| %s | %,.1f | %,.1f | %.2f |%n", what, bare, ours, ours / bare);
  }
}
