package dev.refrain.bench;

import static dev.refrain.bench.Caches.QUESTION_BYTES;
import static dev.refrain.bench.Caches.SCOPE;

import dev.refrain.Answer;
import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Outcome;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** Joining a flight that is under way: from the question to the first event, and off again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class JoinBenchmark {
  private static final int EVENTS = 1000;

  private final LlmCache cache = Caches.open();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Upstream upstream = request -> new Unfinished(end);
  private final Request request =
      Chat.request(Chat.streamed("All together:", EVENTS, QUESTION_BYTES));
  private @Nullable Answer leader;

  /** Lets the flight depart. */
  @Setup
  public void depart() throws IOException, InterruptedException {
    leader = cache.answer(cache.read(request, SCOPE), upstream);
    leader.next();
  }

  /** Lets it land. */
  @TearDown
  public void land() {
    end.countDown();
    cache.close();
  }

  /** One who comes late. */
  @Benchmark
  public @Nullable ByteBuffer join() throws IOException, InterruptedException {
    try (var answer = cache.answer(cache.read(request, SCOPE), upstream)) {
      if (answer.outcome() != Outcome.JOINED) {
        throw new IllegalStateException("not joined, but " + answer.outcome());
      }
      return answer.next();
    }
  }

  /** A reply that says one thing and then nothing for long. */
  private static final class Unfinished implements Reply {
    private final CountDownLatch end;
    private boolean said;

    Unfinished(CountDownLatch end) {
      this.end = end;
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public Headers headers() {
      return Headers.of("content-type", "text/event-stream");
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
      if (!said) {
        said = true;
        return Chat.event("Once");
      }
      end.await();
      return null;
    }

    @Override
    public void close() {} // there is nothing to hang up
  }
}
