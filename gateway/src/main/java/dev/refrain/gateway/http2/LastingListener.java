package dev.refrain.gateway.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Hears of frames before Vert.x does, for as long as the connection lasts: Vert.x puts another
 * listener in place of all when it hears of the client's first settings.
 */
public abstract class LastingListener extends Http2FrameListenerDecorator {
  private final Http2ConnectionDecoder decoder;

  /** Is to hear before whoever does now. */
  protected LastingListener(Http2ConnectionDecoder decoder) {
    super(decoder.frameListener());
    this.decoder = decoder;
  }

  /** Has another one of the same kind hear before whoever does now. */
  protected abstract void renew();

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    var first = decoder.frameListener();
    try {
      super.onSettingsRead(context, settings);
    } finally {
      if (!decoder.frameListener().equals(first)) {
        renew();
      }
    }
  }
}
