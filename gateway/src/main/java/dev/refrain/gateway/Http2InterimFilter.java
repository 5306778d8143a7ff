package dev.refrain.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Takes out interim replies that Vert.x would take for the reply itself, and tells of them. For one
 * connection of HTTP/2, on which there may be many calls at a time.
 */
final class Http2InterimFilter extends Http2FrameListenerDecorator {
  /** A request has no number before it is sent, and so is looked for by it when it matters. */
  private final Map<HttpClientRequest, Consumer<HttpResponse>> listeners =
      new ConcurrentHashMap<>(); // as many as there are requests under way

  private Http2InterimFilter(Http2FrameListener listener) {
    super(listener);
  }

  static void addTo(Http2ConnectionHandler connection) {
    var decoder = connection.decoder();
    decoder.frameListener(new Http2InterimFilter(decoder.frameListener()));
  }

  /** Has somebody told of the interim replies to a request that is not sent yet. */
  static void tell(HttpClientRequest request, Consumer<HttpResponse> listener) {
    if (request.connection() instanceof ConnectionBase connection
        && connection.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2
        && http2.decoder().frameListener() instanceof Http2InterimFilter filter) {
      filter.listeners.put(request, listener);
      request.response().onComplete(replied -> filter.listeners.remove(request));
    }
  }

  /** Netty's decoder tells of all headers so, with the usual priority if they have none. */
  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    int status = (headers.status() == null) ? 0 : Integer.parseInt(headers.status().toString());
    if (InterimFilter.isUnknown(status)) {
      tell(stream, interim(status, headers));
    } else {
      super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, last);
    }
  }

  /** Returns what HTTP/1.1 would have said. */
  private static HttpResponse interim(int status, Http2Headers headers) {
    var interim = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    Http2Trailers.copy(headers, interim.headers());
    return interim;
  }

  private void tell(int stream, HttpResponse interim) {
    listeners.forEach((request, listener) -> {
      if (request.streamId() == stream) {
        listener.accept(interim);
      }
    });
  }
}
