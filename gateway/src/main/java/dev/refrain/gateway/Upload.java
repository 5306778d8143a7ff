package dev.refrain.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The way of a relayed request's body to its upstream, as fast as that takes it. */
final class Upload {
  /*
   * A body may be of any size, so its time is not bounded, but its slowness is: who sends next to
   * nothing for as long as a body may take holds a connection to upstream for nothing. Once the
   * reply has begun, the two may be talking, and then pauses are in order.
   *
   * A client who waits to be told to go on is told so by upstream; or by the gateway, if upstream
   * says nothing, since not every server knows of this.
   *
   * For one event loop.
   */

  private static final int BYTES_MIN = 16 << 10;
  private static final long CONTINUE_MILLIS_MAX = 1000;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpClientRequest outgoing;
  private final Runnable tooSlow;
  private final RequestTrailers trailers;
  private long watch = NO_TIMER;
  private long patience = NO_TIMER;
  private long received;
  private boolean paused;
  private boolean heldUp; // at any time since the last look
  private boolean begun;
  private boolean waiting;
  private boolean ended;
  private boolean over;
  private boolean calledOff;

  /**
   * Prepares one, of which nothing has been sent.
   *
   * @param trailers of the request
   * @param tooSlow what to do if the client sends next to nothing
   */
  Upload(
      Vertx vertx,
      HttpServerRequest request,
      HttpClientRequest outgoing,
      RequestTrailers trailers,
      Runnable tooSlow) {
    this.vertx = vertx;
    this.request = request;
    this.outgoing = outgoing;
    this.trailers = trailers;
    this.tooSlow = tooSlow;
  }

  /**
   * Begins to send.
   *
   * @param first what was read already
   * @param millisMax in which a client must send something worth the while
   * @param received what to do when all has come
   */
  void begin(@Nullable Begun first, long millisMax, Runnable received) {
    request.handler(this::pass);
    request.endHandler(end -> {
      stop();
      received.run(); // be it that some of it still waits for upstream
      if (trailers.haveCome()) {
        writeHead();
      }
      trailers.addTo(outgoing, this::end);
    });
    if (first != null) {
      begun = true;
      holdUp(first.sendTo(outgoing));
    } else {
      if (Expectation.of(request)) {
        ask();
      }
      request.resume();
    }
    vertx.runOnContext(now -> { // most bodies come at once with their head; others may wait for us
      if (!over) {
        writeHead();
        watch = vertx.setPeriodic(millisMax, id -> look());
      }
    });
  }

  /** Reads on only when what was read before is sent. */
  private void holdUp(Future<Void> sending) {
    paused = true;
    heldUp = true;
    sending.onComplete(sent -> {
      paused = false;
      if (!calledOff) {
        request.resume();
      }
    });
  }

  private void end() {
    if (!calledOff) {
      ended = true;
      outgoing.end();
    }
  }

  /** Ends the watch, as the reply has begun, or nobody is left to send. */
  void stop() {
    over = true;
    vertx.cancelTimer(watch);
    vertx.cancelTimer(patience);
  }

  /**
   * Takes the request back, as far as it was sent. If its reply is whole and the request is not,
   * Vert.x would forget the connection and never give it back; so that is closed. It is still this
   * request's alone, which it may not be once that has ended.
   */
  void callOff() {
    stop();
    calledOff = true;
    if (begun && !ended && outgoing.version() != HttpVersion.HTTP_2) {
      outgoing.connection().close();
    } else {
      outgoing.reset();
    }
  }

  /** Returns whether the client still waits, and so may send a body or none. */
  boolean isWaiting() {
    return waiting;
  }

  private void ask() {
    waiting = true;
    outgoing.putHeader(Expectation.NAME, Expectation.CONTINUE);
    outgoing.continueHandler(told -> goOn());
    patience = vertx.setTimer(CONTINUE_MILLIS_MAX, id -> goOn());
    writeHead();
  }

  private void writeHead() {
    if (!begun) {
      begun = true;
      outgoing.writeHead();
    }
  }

  private void goOn() {
    if (waiting && !over) {
      waiting = false;
      Expectation.meet(request);
    }
  }

  private void pass(Buffer chunk) {
    waiting = false; // patience has an end on the other side, too
    received += chunk.length();
    begun = true;
    outgoing.write(chunk);
    if (outgoing.writeQueueFull()) {
      paused = true;
      heldUp = true;
      request.pause();
      outgoing.drainHandler(drained -> {
        paused = false;
        request.resume();
      });
    }
  }

  private void look() {
    if (received < BYTES_MIN && !heldUp) {
      tooSlow.run();
      callOff();
    }
    received = 0;
    heldUp = paused;
  }
}
