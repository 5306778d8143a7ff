package dev.refrain.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tag;
import dev.refrain.Usage;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long it takes to retire all that has a tag, and to count it first. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx2g")
public class InvalidationBenchmark {
  private static final String TAG = Tag.namespace("prompt-v7");
  private static final byte[] REPLY = "{}".getBytes(US_ASCII);

  /** How many entries have the tag. */
  @Param({"1", "1000000"})
  int entries;

  private final MemoryTier memory = MemoryTier.ofBytes(Long.MAX_VALUE / 2);
  private final LlmCache cache =
      LlmCache.builder().dialect(OpenAiChat.DIALECT).tier(memory).build();

  /** Puts the entries where they would lie. */
  @Setup
  public void fill() {
    var random = new SplittableRandom(7);
    var chunks = new Chunks(REPLY, new int[] {REPLY.length}, new int[] {1});
    var stamp = new Stamp(List.of(TAG), List.of("first"));
    for (int i = 0; i < entries; i++) {
      var key = new Key(random.nextLong(), random.nextLong(), i, 0);
      memory.store(
          new Recording(
              new Slot(key, Form.WHOLE),
              200,
              Headers.none(),
              chunks,
              0,
              1,
              Usage.UNKNOWN,
              stamp,
              "\"1\"",
              null,
              null));
    }
  }

  /** Ends the cache. */
  @TearDown
  public void close() {
    cache.close();
  }

  /** Retires them; again and again, which costs the same each time. */
  @Benchmark
  public void retire() throws IOException, InterruptedException {
    cache.invalidate(TAG);
  }

  /** Counts them, as a dry run does. */
  @Benchmark
  public long count() throws InterruptedException {
    return cache.count(Set.of(TAG)).tiers().getFirst().entries();
  }
}
