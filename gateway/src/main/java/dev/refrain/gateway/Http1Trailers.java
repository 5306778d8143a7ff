package dev.refrain.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The trailers of requests over HTTP/1.1, which Vert.x does not tell of. Each is for one connection
 * of a client, on its event loop.
 */
final class Http1Trailers extends ChannelInboundHandlerAdapter {
  /*
   * Vert.x queues the requests that come before one is answered, and tells of them later, when
   * their trailers have gone by here, and perhaps those of others. So trailers are kept with the
   * very head that they followed, which Vert.x keeps for as long as its request.
   */

  private @Nullable Head current;

  /** The head of a request that may have trailers. */
  private static final class Head extends DefaultHttpRequest {
    private @Nullable HttpHeaders trailers;
    private @Nullable Consumer<HttpHeaders> taker;

    Head(HttpRequest request) {
      super(request.protocolVersion(), request.method(), request.uri(), request.headers());
      setDecoderResult(request.decoderResult());
    }

    void end(HttpHeaders found) {
      if (taker != null) {
        taker.accept(found);
      } else if (!found.isEmpty()) {
        trailers = found;
      }
    }

    void tell(Consumer<HttpHeaders> asking) {
      taker = asking;
      if (trailers != null) {
        asking.accept(trailers);
      }
    }
  }

  /** Watches a connection from now on, before Vert.x. */
  static void addTo(ChannelHandlerContext server) {
    server.pipeline().addBefore(server.name(), null, new Http1Trailers());
  }

  /** Has somebody told of the trailers of a request, before its end. */
  static void tell(HttpServerRequest request, Consumer<HttpHeaders> taker) {
    if (request instanceof Http1ServerRequest http1 && http1.nettyRequest() instanceof Head head) {
      head.tell(taker);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var passed = message;
    if (message instanceof HttpRequest request) {
      current =
          request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING) ? new Head(request) : null;
      passed = (current == null) ? message : current;
    } else if (current != null && message instanceof LastHttpContent last) {
      current.end(last.trailingHeaders());
      current = null;
    }
    context.fireChannelRead(passed);
  }
}
