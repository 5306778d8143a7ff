package dev.refrain.bench;

import static java.util.Objects.requireNonNull;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import dev.refrain.dialect.OpenAiChat;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What is done with a recording: given again, or turned into another form. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ReplayBenchmark {
  private static final int EVENTS = 100;
  private static final Form STREAM = new Form("stream");
  private static final Form STREAM_USAGE = new Form("stream+usage");

  private final Recording whole =
      recording(Form.WHOLE, "application/json", List.of(Chat.answer(Caches.ANSWER_BYTES)));
  private final Recording stream =
      recording(
          STREAM_USAGE,
          "text/event-stream",
          IntStream.range(0, EVENTS).mapToObj(ReplayBenchmark::event).toList());

  /** Each event of a stream of a hundred in turn. */
  @Benchmark
  public void replay(Blackhole hole) {
    var chunks = stream.chunks();
    for (int i = 0; i < chunks.count(); i++) {
      hole.consume(chunks.chunk(i));
    }
  }

  /** An answer of 2 KB made into a stream, the proof included that nothing is lost. */
  @Benchmark
  public Recording wholeToStream() {
    return convert(whole, STREAM);
  }

  /** A stream of a hundred events made into one answer. */
  @Benchmark
  public Recording streamToWhole() {
    return convert(stream, Form.WHOLE);
  }

  /** A stream of a hundred events without the usage at its end. */
  @Benchmark
  public Recording streamWithoutUsage() {
    return convert(stream, STREAM);
  }

  private static Recording convert(Recording recording, Form form) {
    return requireNonNull(OpenAiChat.DIALECT.convert(recording, form), "a form without loss");
  }

  private static byte[] event(int index) {
    return (index < EVENTS - 1) ? Chat.event("word " + index) : Chat.streamEnd();
  }

  private static Recording recording(Form form, String type, List<byte[]> chunks) {
    var bytes = new ByteArrayOutputStream();
    var ends = new int[chunks.size()];
    for (int i = 0; i < ends.length; i++) {
      bytes.writeBytes(chunks.get(i));
      ends[i] = bytes.size();
    }
    return new Recording(
        new Slot(new Key(1, 2, 3, 4), form),
        200,
        Headers.of("content-type", type),
        new Chunks(bytes.toByteArray(), ends, new int[ends.length]),
        /* bornMillis= */ 0,
        /* tookMillis= */ 0,
        Usage.UNKNOWN,
        new Stamp(List.of(), List.of()),
        "\"etag\"",
        null,
        null);
  }
}
