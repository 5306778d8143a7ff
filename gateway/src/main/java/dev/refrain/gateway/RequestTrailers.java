package dev.refrain.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.http1.Http1ClientConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The trailers of a request, which Vert.x neither tells of nor sends: they are caught before it,
 * and added behind it. HTTP/1.1 only, and none that would have a meaning among the headers: what
 * was not seen when the request was let in must not count for more than what was.
 */
final class RequestTrailers {
  static final String ANNOUNCEMENT = "trailer";

  /** Those that say how a request is to be read, led or kept (RFC 9110, 6.5.1). */
  private static final Set<String> FOR_HEADERS_ALONE =
      Set.of(
          "cache-control",
          "content-encoding",
          "content-range",
          "content-type",
          "expect",
          "forwarded",
          "host",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "max-forwards",
          "pragma",
          "range");

  /** Filled before the end of the request is told, both on its event loop. */
  private final HttpHeaders caught = new DefaultHttpHeaders();

  private final Predicate<String> withheld;
  private boolean expected;

  private RequestTrailers(Predicate<String> withheld) {
    this.withheld = withheld;
  }

  /**
   * Catches those that may come, if any are announced.
   *
   * @param withheld names, in lower case, that are not passed on: those of credentials, and such
   */
  static RequestTrailers of(HttpServerRequest request, Predicate<String> withheld) {
    var trailers = new RequestTrailers(withheld);
    if (request.headers().contains(ANNOUNCEMENT)
        && request.connection() instanceof Http1ServerConnection connection) {
      var context = connection.channelHandlerContext();
      context.pipeline().addBefore(context.name(), null, trailers.new Catcher());
      trailers.expected = true;
    }
    return trailers;
  }

  /** Announces to upstream what may come. */
  static void announce(HttpServerRequest request, HttpClientRequest outgoing) {
    if (outgoing.version() == HttpVersion.HTTP_1_1
        && request.version() == HttpVersion.HTTP_1_1
        && request.headers().contains("transfer-encoding")) {
      for (var names : request.headers().getAll(ANNOUNCEMENT)) {
        outgoing.setChunked(true).headers().add(ANNOUNCEMENT, names);
      }
    }
  }

  /** Returns whether some may come, and so the head of the request must not be its end, too. */
  boolean mayCome() {
    return expected;
  }

  /**
   * Has what was caught sent at the end of a request, and goes on when that may be ended. For an
   * event loop, which may be another than that of the connection to upstream: a handler that is
   * added from there is passed by until the other loop has come to it.
   */
  void addTo(HttpClientRequest outgoing, Runnable next) {
    if (caught.isEmpty() || !(outgoing.connection() instanceof Http1ClientConnection connection)) {
      next.run();
      return;
    }
    var there = connection.channelHandlerContext();
    if (there.executor().inEventLoop()) {
      addTo(there);
      next.run();
    } else {
      var here = Vertx.currentContext();
      there
          .executor()
          .execute(() -> {
            addTo(there);
            here.runOnContext(added -> next.run());
          });
    }
  }

  private void addTo(ChannelHandlerContext upstream) {
    if (!upstream.isRemoved()) { // by the end of its connection, which is told to the request
      upstream.pipeline().addBefore(upstream.name(), null, new Adder(caught));
    }
  }

  private void add(String name, String value) {
    var lowerCase = name.toLowerCase(Locale.ROOT);
    if (!FOR_HEADERS_ALONE.contains(lowerCase) && !withheld.test(lowerCase)) {
      caught.add(name, value);
    }
  }

  private final class Catcher extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof LastHttpContent last) {
        HopByHop.copy(last.trailingHeaders(), RequestTrailers.this::add);
        context.pipeline().remove(this);
      }
      context.fireChannelRead(message);
    }
  }

  private static final class Adder extends ChannelOutboundHandlerAdapter {
    private final HttpHeaders trailers;

    Adder(HttpHeaders trailers) {
      this.trailers = trailers;
    }

    /** What becomes of it is told to the promise. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (!(message instanceof LastHttpContent last) || message instanceof HttpMessage) {
        var unused = context.write(message, promise);
        return;
      }
      var whole = new DefaultLastHttpContent(last.content());
      whole.trailingHeaders().add(trailers);
      context.pipeline().remove(this);
      var unused = context.write(whole, promise);
    }
  }
}
