package dev.refrain.gateway;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** A client who waits to be told to go on before he sends the body of his request. */
final class Expectation {
  static final String NAME = "expect";
  static final String CONTINUE = "100-continue";

  private Expectation() {}

  /** Returns whether this client waits. */
  static boolean of(HttpServerRequest request) {
    return request.headers().contains(NAME, CONTINUE, true)
        && request.version() != HttpVersion.HTTP_1_0 // which does not know of it
        && Remainder.mayFollow(request);
  }

  /** Tells a client to go on, if he waits. */
  static void meet(HttpServerRequest request) {
    if (of(request) && !request.response().headWritten()) {
      request.response().writeContinue();
    }
  }
}
