package dev.refrain.bench;

import static dev.refrain.bench.Caches.SCOPE;

import dev.refrain.Call;
import dev.refrain.LlmCache;
import dev.refrain.Request;
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

/** Reading a request into a call with its key, for bytes that were never seen before. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class KeyBenchmark {
  /** The size of the body: a question, a long conversation, one with pictures. */
  @Param({"1024", "204800", "20971520"})
  public int bytes;

  private final LlmCache cache = Caches.open();
  private Respeller respeller = new Respeller(Caches.QUESTION_BYTES);
  private Request request = Chat.request(respeller.next());

  /** Makes a question of the wanted size. */
  @Setup
  public void ask() {
    respeller = new Respeller(bytes);
    request = Chat.request(respeller.next());
  }

  /** Ends the cache. */
  @TearDown
  public void close() {
    cache.close();
  }

  /** From bytes to the key. */
  @Benchmark
  public Call key() {
    respeller.next();
    return cache.read(request, SCOPE);
  }
}
