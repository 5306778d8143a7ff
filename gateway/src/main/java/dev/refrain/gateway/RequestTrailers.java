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
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.http1.Http1ClientConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;

/**
 * The trailers of a request, which Vert.x neither tells of nor sends: they are caught before it,
 * and added behind it. HTTP/1.1 only, and only those that the request announces.
 */
final class RequestTrailers {
  static final String ANNOUNCEMENT = "trailer";

  /** Filled before the end of the request is told, both on its event loop. */
  private final HttpHeaders caught = new DefaultHttpHeaders();

  private boolean expected;

  private RequestTrailers() {}

  /** Catches those that may come, if any are announced. */
  static RequestTrailers of(HttpServerRequest request) {
    var trailers = new RequestTrailers();
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

  /** Has what was caught sent at the end of a request. To be called before that is ended. */
  void addTo(HttpClientRequest outgoing) {
    if (!caught.isEmpty() && outgoing.connection() instanceof Http1ClientConnection connection) {
      var context = connection.channelHandlerContext();
      context.pipeline().addBefore(context.name(), null, new Adder(caught));
    }
  }

  private final class Catcher extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof LastHttpContent last) {
        HopByHop.copy(last.trailingHeaders(), caught::add);
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
