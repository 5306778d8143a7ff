package dev.refrain.gateway;

import dev.refrain.gateway.http2.FairReading;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;

/**
 * Has a connection of HTTP/2 read in turns from its first frame on, long before Vert.x tells of it.
 * Behind TLS, as what that has decrypted may come at once.
 */
final class Http2Start extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    in(context.pipeline());
    context.fireChannelRead(message);
  }

  /** Begins if there is anybody in the pipeline who speaks HTTP/2, unless that was done. */
  static void in(ChannelPipeline pipeline) {
    var reader = pipeline.context(Http2ConnectionHandler.class);
    if (reader != null && pipeline.get(FairReading.class) == null) {
      var http2 = (Http2ConnectionHandler) reader.handler();
      Http2Trailers.addTo(http2, pipeline.channel());
      FairReading.begin(http2, reader); // which tells what it has held back
    }
  }
}
