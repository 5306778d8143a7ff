package dev.refrain.gateway;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** How a client is told where the body of an answer ends, or that it broke off. */
final class Framing {
  private Framing() {}

  /** Returns whether a body comes in a way that cannot be passed on: in more than chunks. */
  static boolean isUnknown(MultiMap headers) {
    var codings = headers.getAll("transfer-encoding");
    return !codings.isEmpty()
        && !(codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"));
  }

  /** Returns how long the body of a request says it is, or -1 if it does not. */
  static long announcedLength(HttpServerRequest request) {
    var length = request.getHeader("content-length");
    return (length == null || !length.matches("\\d{1,18}")) ? -1 : Long.parseLong(length);
  }

  /** Begins an answer whose head is written and whose body comes in pieces. */
  static void begin(HttpServerRequest request) {
    var response = request.response();
    boolean sized = response.headers().contains("content-length");
    if (endsWithConnection(request)) {
      response.headersEndHandler(end -> response.headers().set("connection", "close"));
    } else {
      response.setChunked(!sized);
      response.writeHead(); // at once: who waits for a stream wants to know that it comes
    }
  }

  /** Returns whether something can follow the body of an answer that has begun. */
  static boolean takesTrailers(HttpServerRequest request) {
    return request.response().isChunked() || request.version() == HttpVersion.HTTP_2;
  }

  /** Ends an answer that is whole. */
  static void end(HttpServerRequest request, Future<Void> written) {
    if (endsWithConnection(request)) {
      written.onComplete(done -> request.connection().close());
    }
  }

  /** Ends an answer that broke off: what came of it is still written, but it has no proper end. */
  static void breakOff(HttpServerResponse response) {
    if (!response.ended() && !response.closed()) {
      response.write(Buffer.buffer()).onComplete(done -> response.reset());
    }
  }

  /** HTTP/1.0 knows no chunks. */
  private static boolean endsWithConnection(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_0
        && !request.response().headers().contains("content-length");
  }
}
