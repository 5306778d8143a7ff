package dev.refrain.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Relays what the cache does not know, byte for byte, both ways at once, without gathering it. */
final class Passage {
  private static final Logger log = LoggerFactory.getLogger(Passage.class);
  private static final Set<HttpMethod> BODILESS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE, HttpMethod.OPTIONS);
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final Map<String, HttpUpstream> providers;

  Passage(Map<String, HttpUpstream> providers) {
    this.providers = Map.copyOf(providers);
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
    provider
        .open(request.method().name(), freight.target(), request.headers())
        .onFailure(cause -> fail(request, cause))
        .onSuccess(outgoing -> send(request, freight, outgoing));
  }

  private static void send(HttpServerRequest request, Freight freight, HttpClientRequest outgoing) {
    if (request.response().closed()) {
      outgoing.reset();
      return;
    }
    request.response().closeHandler(closed -> outgoing.reset());
    outgoing
        .response()
        .onFailure(cause -> fail(request, cause))
        .onSuccess(incoming -> reply(request, freight, incoming));
    var length = request.getHeader("content-length");
    if (length != null) {
      outgoing.putHeader("content-length", length);
    } else if (mayHaveBody(request)) {
      outgoing.setChunked(true);
    }
    if (freight.begun() != null) {
      outgoing.write(freight.begun());
    }
    request.pipeTo(outgoing).onFailure(cause -> outgoing.reset());
  }

  /** HTTP/2 does not say by headers whether a body follows. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    return (request.version() == HttpVersion.HTTP_2)
        ? !BODILESS.contains(request.method())
        : request.headers().contains("transfer-encoding");
  }

  private static void reply(
      HttpServerRequest request, Freight freight, HttpClientResponse incoming) {
    var response = request.response();
    response.setStatusCode(incoming.statusCode());
    HopByHop.copy(incoming.headers(), response.headers());
    response.headers().add(CacheStatus.NAME, "refrain; fwd=bypass; detail=" + freight.detail());
    boolean empty =
        request.method().equals(HttpMethod.HEAD)
            || incoming.statusCode() == NO_CONTENT
            || incoming.statusCode() == NOT_MODIFIED;
    response.setChunked(!empty && incoming.getHeader("content-length") == null);
    incoming.pipeTo(response).onFailure(cause -> response.reset());
  }

  private static void fail(HttpServerRequest request, Throwable cause) {
    log.debug("{} {} failed", request.method(), request.path(), cause);
    var failure = new IOException(cause);
    Failure.of(failure).answer(request, Failure.message(failure));
  }
}
