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
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw (IOException) new UpstreamTimeoutException(timeMax).initCause(e);
    }
  }
}
