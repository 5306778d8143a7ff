package dev.refrain.gateway;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request in plain blocking code, on a virtual thread that ends with its client. */
final class CallThread {
  private static final Logger log = LoggerFactory.getLogger(CallThread.class);

  private CallThread() {}

  /** What answers the request. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Starts the work, and interrupts it when the client hangs up. */
  static void start(HttpServerRequest request, Work work) {
    start(request, work, () -> {});
  }

  /** Does the same, and something more in the end, whatever that is. */
  static void start(HttpServerRequest request, Work work, Runnable after) {
    var thread =
        Thread.ofVirtual()
            .name("call")
            .unstarted(() -> {
              try {
                run(request, work);
              } finally {
                after.run();
              }
            });
    request.response().closeHandler(closed -> thread.interrupt());
    thread.start();
  }

  private static void run(HttpServerRequest request, Work work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      Framing.breakOff(request.response()); // the client hung up, and nobody is left to be told
    } catch (IOException e) {
      log.debug("{} {} failed", request.method(), request.path(), e);
      Failure.of(e).answer(request, Failure.message(e));
    } catch (RuntimeException | Error e) {
      Failure.unforeseen(request, e);
    }
  }
}
