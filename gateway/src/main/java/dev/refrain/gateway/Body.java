package dev.refrain.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gathers the body of a request, which is bounded in size and in time. For one event loop. */
final class Body {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Bounds bounds;
  private final Takers takers;
  private @Nullable Buffer gathered;
  private long timer = NO_TIMER;
  private int firstLength;
  private boolean settled;

  /**
   * Who goes on. One of them is called, once.
   *
   * @param whole if all is there
   * @param tooLarge if it does not fit; the request is paused, and this is its beginning
   * @param noRoom if there is no memory for it
   * @param tooSlow if it takes too long
   * @param broken if it is malformed, or the client is gone
   */
  record Takers(
      Consumer<byte[]> whole,
      Consumer<Buffer> tooLarge,
      Runnable noRoom,
      Runnable tooSlow,
      Runnable broken) {}

  /** How large a body may be, of what it takes its memory, and how long it may take. */
  record Bounds(int bytesMax, Stay stay, long millisMax) {}

  private Body(Vertx vertx, HttpServerRequest request, Bounds bounds, Takers takers) {
    this.vertx = vertx;
    this.request = request;
    this.bounds = bounds;
    this.takers = takers;
  }

  static void gather(Vertx vertx, HttpServerRequest request, Bounds bounds, Takers takers) {
    var body = new Body(vertx, request, bounds, takers);
    request.handler(body::add);
    request.endHandler(end -> body.finish());
    request.exceptionHandler(cause -> body.breakOff());
    Expectation.meet(request);
    vertx.runOnContext(now -> body.watch());
  }

  /** Most bodies come at once with their head, and need no timer. */
  private void watch() {
    if (!settled) {
      timer = vertx.setTimer(bounds.millisMax, id -> giveUp());
    }
  }

  private void add(Buffer chunk) {
    if (settled) {
      return;
    }
    if (!bounds.stay.tryTakeBytes(chunk.length())) {
      settle();
      gathered = null;
      takers.noRoom.run();
      return;
    }
    var all = append(chunk);
    gathered = all;
    if (all.length() > bounds.bytesMax) {
      request.pause();
      settle();
      takers.tooLarge.accept(all);
    }
  }

  private Buffer append(Buffer chunk) {
    if (gathered == null) {
      firstLength = chunk.length();
      return chunk;
    }
    // A received buffer is as large as what it holds, and so cannot grow: begin one that can.
    return (gathered.length() > firstLength)
        ? gathered.appendBuffer(chunk)
        : Buffer.buffer(2 * firstLength).appendBuffer(gathered).appendBuffer(chunk);
  }

  private void finish() {
    if (!settled) {
      settle();
      takers.whole.accept((gathered == null) ? new byte[0] : gathered.getBytes());
    }
  }

  private void giveUp() {
    if (!settled) {
      settle();
      takers.tooSlow.run();
    }
  }

  private void breakOff() {
    if (!settled) {
      settle();
      takers.broken.run();
    }
  }

  private void settle() {
    settled = true;
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
  }
}
