package dev.refrain.bench;

import static dev.refrain.bench.Caches.ANSWER_BYTES;
import static dev.refrain.bench.Caches.QUESTION_BYTES;
import static dev.refrain.bench.Caches.SCOPE;

import dev.refrain.LlmCache;
import dev.refrain.Request;
import dev.refrain.Upstream;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A hit in process, from the bytes of the question to the bytes of the answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class HitBenchmark {
  private final LlmCache cache = Caches.open();
  private final Upstream upstream = Caches.instant();
  private final Respeller respeller = new Respeller(QUESTION_BYTES);
  private final Request seen = Chat.request(respeller.next().clone());
  private final Request respelled = Chat.request(respeller.next());
  private final byte[] answer = new byte[ANSWER_BYTES];

  /** Makes the call once, so that it is a hit from now on. */
  @Setup
  public void fill() throws IOException, InterruptedException {
    try (var fetched = cache.answer(cache.read(seen, SCOPE), upstream)) {
      fetched.readAll();
    }
    while (cache.inFlight() > 0) {
      Thread.sleep(1); // the recording is kept before the flight lands
    }
  }

  /** Ends the cache. */
  @TearDown
  public void close() {
    cache.close();
  }

  /** The same bytes as before: the memo knows the key. */
  @Benchmark
  public byte[] seenBytes() {
    return hit(seen);
  }

  /** New bytes, which must be read as JSON, and are found to say the same. */
  @Benchmark
  public byte[] newBytes() {
    respeller.next();
    return hit(respelled);
  }

  private byte[] hit(Request request) {
    var call = cache.read(request, SCOPE);
    try (var hit = Objects.requireNonNull(cache.peek(call, upstream), "a hit")) {
      Objects.requireNonNull(hit.whole(), "a recording").get(answer);
    }
    return answer;
  }
}
