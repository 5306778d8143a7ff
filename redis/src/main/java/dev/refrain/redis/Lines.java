package dev.refrain.redis;

import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections for what callers wait for. Those who read do not wait behind what is written.
 *
 * @param reads for looking up
 * @param writes for all else
 */
record Lines(
    Line<StatefulConnection<byte[], byte[]>> reads, Line<StatefulConnection<byte[], byte[]>> writes)
    implements AutoCloseable {

  /** What is asked on a line. */
  interface Question<T extends @Nullable Object>
      extends Function<StatefulConnection<byte[], byte[]>, CompletionStage<T>> {}

  static Lines open(Servers servers) {
    return new Lines(
        Line.openForMany("line for reading", servers::connect),
        Line.openForMany("line for writing", servers::connect));
  }

  @Override
  public void close() {
    reads.close();
    writes.close();
  }
}
