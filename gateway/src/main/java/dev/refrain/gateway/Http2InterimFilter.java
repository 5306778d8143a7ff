package dev.refrain.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Leaves out interim replies that Vert.x would take for the reply itself. For one connection of
 * HTTP/2, on which nobody tells to which request they belong: so they are not passed on.
 */
final class Http2InterimFilter extends Http2FrameListenerDecorator {
  private Http2InterimFilter(Http2FrameListener listener) {
    super(listener);
  }

  static void addTo(Http2ConnectionHandler connection) {
    var decoder = connection.decoder();
    decoder.frameListener(new Http2InterimFilter(decoder.frameListener()));
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
    if (!isLeftOut(headers)) {
      super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, last);
    }
  }

  private static boolean isLeftOut(Http2Headers headers) {
    var status = headers.status();
    return status != null && InterimFilter.isUnknown(Integer.parseInt(status.toString()));
  }
}
