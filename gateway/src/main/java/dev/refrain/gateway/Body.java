package dev.refrain.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Gathers the body of a request, which is bounded in size and in time. For one event loop. */
final class Body {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Bounds bounds;
  private final Takers takers;
  private final GrowingBytes gathered;
  private long timer = NO_TIMER;
  private boolean settled;

  /**
   * Who goes on. One of them is called, once.
   *
   * @param whole if all is there, which is to be taken
   * @param tooLarge if it does not fit; the request is paused, and this is how it begins, which is
   *     to be sent or dropped
   * @param noRoom if there is no memory for it
   * @param tooSlow if it takes too long
   * @param broken if it is malformed, or the client is gone
   */
  record Takers(
      Consumer<GrowingBytes> whole,
      Consumer<Begun> tooLarge,
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
    this.gathered = new GrowingBytes(() -> Framing.announcedLength(request));
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
    if (!bounds.stay.tryTakeBytes(gathered.growth(chunk.length()))) {
      settle();
      gathered.clear();
      takers.noRoom.run();
      return;
    }
    gathered.add(chunk);
    if (gathered.length() > bounds.bytesMax) {
      request.pause();
      settle();
      takers.tooLarge.accept(new Begun(gathered, bounds.stay));
    }
  }

  private void finish() {
    if (!settled) {
      settle();
      takers.whole.accept(gathered);
    }
  }

  private void giveUp() {
    if (!settled) {
      settle();
      gathered.clear();
      takers.tooSlow.run();
    }
  }

  private void breakOff() {
    if (!settled) {
      settle();
      gathered.clear();
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
