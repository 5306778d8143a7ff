package dev.refrain.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Relays what the cache does not know, byte for byte, both ways at once, without gathering it. */
final class Passage {
  private static final Logger log = LoggerFactory.getLogger(Passage.class);
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final Map<String, HttpUpstream> providers;
  private final Duration firstByteTime;

  /** Takes for failed a provider who says nothing for so long after a request. */
  Passage(Map<String, HttpUpstream> providers, Duration firstByteTime) {
    this.providers = Map.copyOf(providers);
    this.firstByteTime = firstByteTime;
  }

  /**
   * What is relayed.
   *
   * @param begun what was read of the request's body already
   * @param detail why the cache has nothing to do with it
   */
  record Freight(String upstream, String target, @Nullable Buffer begun, String detail) {}

  /** Relays a request and its reply. */
  void relay(HttpServerRequest request, Freight freight) {
    var provider = providers.get(freight.upstream());
    if (provider == null) {
      Failure.NOT_FOUND.answer(request, "The model " + freight.upstream() + " has no such path.");
      return;
    }
    request.pause();
    request.exceptionHandler(cause -> refuse(request));
    provider
        .open(request.method().name(), freight.target(), request.headers())
        .compose(outgoing -> exchange(request, freight, outgoing))
        .onFailure(cause -> fail(request, cause));
  }

  private Future<Void> exchange(
      HttpServerRequest request, Freight freight, HttpClientRequest outgoing) {
    return Future.succeededFuture(outgoing)
        .compose(opened -> send(request, freight, opened))
        .compose(incoming -> reply(request, freight, incoming))
        .onFailure(cause -> outgoing.reset())
        .onSuccess(replied -> finish(request, outgoing));
  }

  /** A reply may be whole before its request is, the rest of which nobody wants then. */
  private static void finish(HttpServerRequest request, HttpClientRequest outgoing) {
    if (!request.isEnded()) {
      outgoing.connection().close();
      Remainder.discard(request);
    }
  }

  /** Sends the request while its reply may come already. */
  private Future<HttpClientResponse> send(
      HttpServerRequest request, Freight freight, HttpClientRequest outgoing) {
    if (request.response().closed()) {
      return Future.failedFuture("the client is gone");
    }
    request.response().closeHandler(closed -> outgoing.reset());
    var length = request.getHeader("content-length");
    if (length != null) {
      outgoing.putHeader("content-length", length);
    }
    if (freight.begun() != null) {
      outgoing.write(freight.begun());
    }
    var replying = outgoing.response();
    pump(request, outgoing);
    request.endHandler(end -> {
      outgoing.end();
      limit(outgoing, replying);
    });
    request.exceptionHandler(cause -> { // half a request must not be taken for a whole one
      outgoing.reset();
      refuse(request);
    });
    request.resume();
    return replying;
  }

  private void limit(HttpClientRequest outgoing, Future<HttpClientResponse> replying) {
    if (!replying.isComplete()) {
      outgoing.idleTimeout(firstByteTime.toMillis());
    }
  }

  private static Future<Void> reply(
      HttpServerRequest request, Freight freight, HttpClientResponse incoming) {
    var response = request.response();
    response.setStatusCode(incoming.statusCode());
    HopByHop.copy(incoming.headers(), response.headers()::add);
    response.headers().add(CacheStatus.NAME, "refrain; fwd=bypass; detail=" + freight.detail());
    boolean empty =
        request.method().equals(HttpMethod.HEAD)
            || incoming.statusCode() == NO_CONTENT
            || incoming.statusCode() == NOT_MODIFIED;
    if (!empty) {
      Framing.begin(request);
    }
    var written = Promise.<Void>promise();
    pump(incoming, response);
    incoming.endHandler(end -> response.end().onComplete(written));
    HttpReply.whenBroken(incoming, written::tryFail);
    Framing.end(request, written.future());
    return written.future();
  }

  /** Passes on what comes, as fast as it is taken. */
  private static void pump(ReadStream<Buffer> from, WriteStream<Buffer> to) {
    from.handler(chunk -> {
      to.write(chunk);
      if (to.writeQueueFull()) {
        from.pause();
        to.drainHandler(drained -> from.resume());
      }
    });
  }

  private static void refuse(HttpServerRequest request) {
    Failure.BAD_REQUEST.answer(request, "The request's body is no HTTP.");
  }

  private static void fail(HttpServerRequest request, Throwable cause) {
    log.debug("{} {} failed", request.method(), request.path(), cause);
    var failure = new IOException(cause);
    Failure.of(failure).answer(request, Failure.message(failure));
  }
}
