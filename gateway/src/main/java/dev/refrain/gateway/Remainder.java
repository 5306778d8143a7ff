package dev.refrain.gateway;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** What a client still sends of a request that has its answer already. For one event loop. */
final class Remainder {
  /*
   * Whoever closes a connection in which something lies unread resets it, which may cost the client
   * the answer that is on its way to him. So what still comes is read and thrown away, to the end
   * of the request; then the connection goes on, or is closed if that was announced. If there is no
   * end to it, the client is cut off. One who sends nothing more is found to be idle.
   *
   * HTTP/2 has a signal for "no more of this" (RFC 9113, 8.1). It is the last resort here, too:
   * what comes nevertheless is answered by Netty with a signal each, and then by the connection's
   * end.
   */
  private static final int BYTES_MAX = 64 << 20;

  private final HttpServerRequest request;
  private int discarded;

  private Remainder(HttpServerRequest request) {
    this.request = request;
  }

  /** Returns whether there may be one. */
  static boolean mayFollow(HttpServerRequest request) {
    if (request.isEnded()) {
      return false;
    }
    var headers = request.headers();
    var length = headers.get("content-length");
    return request.version() == HttpVersion.HTTP_2
        || headers.contains("transfer-encoding")
        || !(length == null || length.equals("0"));
  }

  /** Throws away what comes. To be called once the answer is written, or is being. */
  static void discard(HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    var remainder = new Remainder(request);
    request.exceptionHandler(cause -> {}); // the client is gone, and owes nothing any more
    request.endHandler(end -> remainder.finish());
    request.handler(remainder::discard);
    request.resume();
  }

  private void discard(Buffer chunk) {
    discarded += chunk.length();
    if (discarded <= BYTES_MAX) {
      return;
    }
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(Http2Error.NO_ERROR.code());
    } else {
      request.connection().close();
    }
  }

  private void finish() {
    if (request.response().headers().contains("connection", "close", true)) {
      request.connection().close();
    }
  }
}
