package dev.refrain.gateway;

import dev.refrain.gateway.figures.Visit;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a request takes from the time it comes until it has its answer, or its client is gone.
 * Thread-safe.
 */
final class Stay {
  /*
   * Vert.x tells of the end of a response and, as of its failure, of a client who hangs up, but not
   * of a response that we ourselves break off. So whoever may do that ends the stay himself; the
   * first end counts.
   */

  private static final int ERRORS = 400;

  private final HttpServerRequest request;
  private final Load load;
  private final Caller caller;
  private final Visit visit;
  private long bytes; // guarded by this, as all below is
  private @Nullable Room call; // where this has a place for one
  private boolean over;
  private @Nullable IntConsumer afterwards;

  private Stay(HttpServerRequest request, Load load, Caller caller, Visit visit) {
    this.request = request;
    this.load = load;
    this.caller = caller;
    this.visit = visit;
  }

  /** Begins one of which nobody counts what becomes of it. */
  static Stay begin(HttpServerRequest request, Load load, Caller caller) {
    return begin(request, load, caller, Visit.UNCOUNTED);
  }

  /** Begins one, which ends by itself unless its response is broken off. */
  static Stay begin(HttpServerRequest request, Load load, Caller caller, Visit visit) {
    var stay = new Stay(request, load, caller, visit);
    request.response().endHandler(end -> stay.end()).exceptionHandler(gone -> stay.end());
    return stay;
  }

  /** Returns who asks. */
  Caller caller() {
    return caller;
  }

  /** Returns where is noted what becomes of the request. */
  Visit visit() {
    return visit;
  }

  /** Takes memory for more of the body, if there is any left. */
  synchronized boolean tryTakeBytes(int more) {
    long small = small(bytes + more) - small(bytes);
    if (over || !load.smallBodies().tryTake(small)) {
      return false;
    }
    if (!load.largeBodies().tryTake(more - small)) {
      load.smallBodies().giveBack(small);
      return false;
    }
    bytes += more;
    return true;
  }

  /** Gives back what the body has taken, as it does not lie in memory any more. */
  synchronized void giveBackBytes() {
    load.smallBodies().giveBack(small(bytes));
    load.largeBodies().giveBack(bytes - small(bytes));
    bytes = 0;
  }

  /** Takes a place for a call to an upstream, if there is any left. */
  synchronized boolean tryTakeCall(String upstream) {
    var room = load.room(upstream);
    if (over || !room.tryTake()) {
      return false;
    }
    call = room;
    return true;
  }

  private static long small(long length) {
    return Math.min(length, Load.SMALL_BYTES_MAX);
  }

  /** Has somebody told, when it is over, with which status. */
  synchronized void whenOver(IntConsumer listener) {
    afterwards = listener;
  }

  /** Gives back what was taken. */
  synchronized void end() {
    if (over) {
      return;
    }
    over = true;
    giveBackBytes();
    if (call != null) {
      call.giveBack();
    }
    int status = request.response().getStatusCode();
    caller.end(status < ERRORS);
    visit.end(status, request.response().bytesWritten());
    if (afterwards != null) {
      afterwards.accept(status);
    }
  }
}
