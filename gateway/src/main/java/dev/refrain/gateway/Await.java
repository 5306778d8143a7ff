package dev.refrain.gateway;

import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where a virtual thread waits for an event loop. */
final class Await {
  private Await() {}

  /**
   * Returns what the future brings.
   *
   * @throws IOException if that is a failure
   * @throws UpstreamTimeoutException if it takes longer than {@code timeMax}
   */
  static <T> T result(Future<T> future, Duration timeMax) throws IOException, InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (TimeoutException e) {
      throw (IOException) new UpstreamTimeoutException(timeMax).initCause(e);
    }
  }

  /**
   * Returns what a future brings that ends in time by itself, which is cheaper: an event loop has
   * its own timers, and a thread that waits for so long only needs another one to be woken by.
   *
   * @throws IOException if that is a failure
   */
  static <T> T result(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static IOException failure(ExecutionException e) {
    return (e.getCause() instanceof UpstreamTimeoutException late)
        ? late
        : new IOException(e.getCause());
  }
}
