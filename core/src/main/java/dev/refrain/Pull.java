package dev.refrain;

import dev.refrain.Answer.Outlet;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Pours a body that must be asked for each chunk into an outlet. For one thread. */
final class Pull {
  private final AnswerBody body;
  private final Semaphore resumed = new Semaphore(0); // at least one permit, if it was

  Pull(AnswerBody body) {
    this.body = body;
  }

  void pour(Outlet outlet, Duration stallMax) throws IOException, InterruptedException {
    for (var chunk = body.next(); chunk != null; chunk = body.next()) {
      resumed.drainPermits();
      if (!outlet.take(chunk) && !resumed.tryAcquire(stallMax.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("this reader took nothing for too long");
      }
    }
  }

  /** Tells that the outlet can take more. For any thread. */
  void resume() {
    resumed.release();
  }
}
