package dev.refrain.bench;

import static dev.refrain.bench.Caches.QUESTION_BYTES;
import static dev.refrain.bench.Caches.SCOPE;

import dev.refrain.LlmCache;
import dev.refrain.Upstream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A miss in process: the call goes to an upstream that takes no time, and its reply is kept. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MissBenchmark {
  private final LlmCache cache = Caches.open();
  private final Upstream upstream = Caches.instant();
  private long count;

  /** Ends the cache. */
  @TearDown
  public void close() {
    cache.close();
  }

  /** A question that nobody asked before; it takes a few hundred nanoseconds to write it down. */
  @Benchmark
  public byte[] miss() throws IOException, InterruptedException {
    var question = Chat.question(Long.toString(count++), QUESTION_BYTES);
    try (var answer = cache.answer(cache.read(Chat.request(question), SCOPE), upstream)) {
      return answer.readAll();
    }
  }
}
