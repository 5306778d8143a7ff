package dev.refrain.gateway;

import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.figures.Trace;
import dev.refrain.gateway.settings.Connections;
import io.netty.handler.codec.http.HttpResponse;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Relays what the cache does not know, byte for byte, both ways at once, without gathering it. */
final class Passage {
  private static final Logger log = LoggerFactory.getLogger(Passage.class);
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final Vertx vertx;
  private final Map<String, HttpUpstream> providers;
  private final Connections connections;
  private final Translator translator;
  private final Privacy privacy;

  Passage(
      Vertx vertx,
      Map<String, HttpUpstream> providers,
      Connections connections,
      Translator translator,
      Privacy privacy) {
    this.vertx = vertx;
    this.providers = Map.copyOf(providers);
    this.connections = connections;
    this.translator = translator;
    this.privacy = privacy;
  }

  /**
   * What is relayed.
   *
   * @param begun what was read of the request's body already
   * @param detail why the cache has nothing to do with it
   */
  record Freight(
      String upstream, String target, @Nullable Begun begun, String detail, Trace trace) {}

  /**
   * Relays a request and its reply, and returns when all is over: of a tunnel, the response's own
   * handlers do not tell.
   */
  Future<Void> relay(HttpServerRequest request, Freight freight) {
    var provider = providers.get(freight.upstream());
    if (provider == null) {
      Failure.NOT_FOUND.answer(request, "The model " + freight.upstream() + " has no such path.");
      return Future.succeededFuture();
    }
    request.pause();
    request.exceptionHandler(cause -> refuse(request));
    var trailers =
        RequestTrailers.of(request, name -> privacy.isDeciding(name) || translator.withholds(name));
    var headers =
        freight.trace().relay(request.method().name(), freight.upstream(), onward(request));
    boolean upgrade = Tunnel.isAskedFor(request);
    var opening =
        upgrade
            ? provider.openUpgrade(freight.target(), headers, Tunnel.PROTOCOL)
            : provider.open(request.method().name(), freight.target(), headers);
    return opening
        .compose(opened ->
            upgrade
                ? tunnel(request, freight, opened)
                : exchange(request, freight, opened, trailers))
        .onFailure(cause -> {
          opening.onSuccess(opened -> giveBack(opened, upgrade));
          fail(request, cause);
        })
        .onComplete(
            done -> freight.trace().relayed(request.response().getStatusCode(), done.cause()));
  }

  /** Of whatever went wrong, no connection may be left that is neither used nor given back. */
  private static void giveBack(HttpClientRequest outgoing, boolean isForThisAlone) {
    if (isForThisAlone) {
      outgoing.connection().close();
    } else {
      outgoing.reset(); // what is over already takes no notice
    }
  }

  /** What is addressed to another product ends here. */
  private List<Entry<String, String>> onward(HttpServerRequest request) {
    var onward = new ArrayList<>(request.headers().entries());
    onward.removeIf(header -> translator.withholds(header.getKey()));
    return onward;
  }

  private Future<Void> tunnel(
      HttpServerRequest request, Freight freight, HttpClientRequest outgoing) {
    if (isOver(request)) {
      return Future.failedFuture("the client is gone");
    }
    request.response().closeHandler(closed -> outgoing.connection().close());
    var tunnel = new Tunnel(vertx, request);
    return tunnel
        .ask(outgoing, connections.firstByteTime())
        .compose(incoming -> {
          announce(incoming, request, freight);
          return tunnel.isAgreedUpon()
              ? tunnel.dig()
              : reply(request, incoming).onComplete(done -> outgoing.connection().close());
        })
        .onFailure(cause -> outgoing.connection().close());
  }

  private Future<Void> exchange(
      HttpServerRequest request,
      Freight freight,
      HttpClientRequest outgoing,
      RequestTrailers trailers) {
    if (isOver(request)) {
      return Future.failedFuture("the client is gone");
    }
    var upload = new Upload(vertx, request, outgoing, trailers, () -> giveUp(request));
    request.response().closeHandler(closed -> upload.callOff());
    hint(request, outgoing);
    return send(request, freight, outgoing, upload)
        .compose(incoming -> {
          upload.stop();
          announce(incoming, request, freight);
          if (upload.isWaiting() && request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader("connection", "close"); // for what comes next, if anything
          }
          return reply(request, incoming);
        })
        .onFailure(cause -> upload.callOff())
        .onSuccess(replied -> finish(request, outgoing));
  }

  /** A client who broke off while a connection was sought was refused, be it to nobody. */
  private static boolean isOver(HttpServerRequest request) {
    return request.response().closed() || request.response().ended();
  }

  /** A reply may be whole before its request is, the rest of which nobody wants then. */
  private static void finish(HttpServerRequest request, HttpClientRequest outgoing) {
    if (!request.isEnded()) {
      if (outgoing.version() == HttpVersion.HTTP_2) {
        outgoing.reset();
      } else {
        outgoing.connection().close();
      }
      Remainder.discard(request);
    }
  }

  /** Passes on what upstream says before it replies. */
  private static void hint(HttpServerRequest request, HttpClientRequest outgoing) {
    outgoing.earlyHintsHandler(hints -> {
      var response = request.response();
      if (!response.headWritten() && request.version() != HttpVersion.HTTP_1_0) {
        var passed = MultiMap.caseInsensitiveMultiMap();
        HopByHop.copy(hints, passed::add);
        response.writeEarlyHints(passed);
      }
    });
    var context = ContextInternal.current();
    Consumer<HttpResponse>
        pass = // at once if it is of this event loop, or the reply may come first
        interim -> context.execute(interim, told -> InterimReply.pass(request, told));
    InterimFilter.tell(outgoing, pass);
    Http2InterimFilter.tell(outgoing, pass);
  }

  /** Sends the request while its reply may come already. */
  private Future<HttpClientResponse> send(
      HttpServerRequest request, Freight freight, HttpClientRequest outgoing, Upload upload) {
    var length = request.getHeader("content-length");
    if (length != null) {
      outgoing.putHeader("content-length", Long.toString(Long.parseLong(length)));
    }
    RequestTrailers.announce(request, outgoing);
    if (takesTrailers(request)) {
      outgoing.putHeader("te", "trailers");
      if (outgoing.version() != HttpVersion.HTTP_2) {
        outgoing.putHeader("connection", "te");
      }
    }
    var replying = outgoing.response();
    request.exceptionHandler(cause -> { // half a request must not be taken for a whole one
      refuse(request);
      upload.callOff();
    });
    upload.begin(
        freight.begun(), connections.bodyTime().toMillis(), () -> limit(outgoing, replying));
    return replying;
  }

  private static boolean takesTrailers(HttpServerRequest request) {
    return request.headers().getAll("te").stream().anyMatch(te -> te.contains("trailers"));
  }

  private void limit(HttpClientRequest outgoing, Future<HttpClientResponse> replying) {
    if (!replying.isComplete()) {
      outgoing.idleTimeout(connections.firstByteTime().toMillis());
    }
  }

  /** Prepares the head of what the client is told. */
  private void announce(HttpClientResponse incoming, HttpServerRequest request, Freight freight) {
    var response = request.response();
    response.setStatusCode(incoming.statusCode());
    HopByHop.copy(incoming.headers(), response.headers()::add);
    privacy.markRelayed(response.headers());
    for (var names : incoming.headers().getAll(RequestTrailers.ANNOUNCEMENT)) {
      response.headers().add(RequestTrailers.ANNOUNCEMENT, names);
    }
    response.headers().add(CacheStatus.NAME, "refrain; fwd=bypass; detail=" + freight.detail());
  }

  private static Future<Void> reply(HttpServerRequest request, HttpClientResponse incoming) {
    if (incoming.statusCode() == SWITCHING_PROTOCOLS || Framing.isUnknown(incoming.headers())) {
      incoming.exceptionHandler(cause -> {}); // whoever reads the future is told
      return Future.failedFuture("upstream says what cannot be passed on");
    }
    var response = request.response();
    boolean empty =
        request.method().equals(HttpMethod.HEAD)
            || incoming.statusCode() == NO_CONTENT
            || incoming.statusCode() == NOT_MODIFIED;
    if (!empty) {
      Framing.begin(request);
    }
    var written = Promise.<Void>promise();
    incoming.handler(chunk -> {
      response.write(chunk);
      if (response.writeQueueFull()) {
        incoming.pause();
        response.drainHandler(drained -> incoming.resume());
      }
    });
    incoming.endHandler(end -> {
      if (!incoming.trailers().isEmpty() && Framing.takesTrailers(request)) {
        HopByHop.copy(incoming.trailers(), response.trailers()::add);
      }
      response.end().onComplete(written);
    });
    HttpReply.whenBroken(incoming, written::tryFail);
    incoming.resume();
    Framing.end(request, written.future());
    return written.future();
  }

  private static void giveUp(HttpServerRequest request) {
    Failure.TOO_SLOW.answer(request, "The request's body took too long.");
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
