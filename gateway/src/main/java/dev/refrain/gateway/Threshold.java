package dev.refrain.gateway;

import static io.netty.buffer.Unpooled.EMPTY_BUFFER;

import dev.refrain.gateway.express.ExpressLane;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import io.vertx.core.net.impl.ShutdownEvent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where a connection is until its first request has come, which must not take for ever. */
final class Threshold extends ChannelInboundHandlerAdapter {
  /*
   * Vert.x tells of a connection only when the head of its first request is there, as only then it
   * knows which HTTP is spoken. A client who sends his head byte by byte is to be found before
   * that; so the time runs from when he is let in until Vert.x tells of him.
   *
   * Nor does it tell before that of a connection on which all is answered on the express lane: such
   * a one is watched here, too.
   *
   * Without TLS it is the first bytes that say which HTTP is spoken. They are passed on one by one,
   * until Vert.x has laid its pipes, so that its decoder can be exchanged before it gives anything.
   * With TLS all that comes here is encrypted; somebody behind TLS is to look then.
   */

  private final Duration silenceMax;
  private final Http1ServerConfig http1;
  private final @Nullable ExpressLane lane;
  private final FirstHead head = new FirstHead();
  private @Nullable Future<?> closing;
  private boolean stopped;
  private long unsent;

  Threshold(Duration silenceMax, Http1ServerConfig http1, @Nullable ExpressLane lane) {
    this.silenceMax = silenceMax;
    this.http1 = http1;
    this.lane = lane;
  }

  /** Ends the watch over a connection whose first request has come. */
  static void pass(ChannelPipeline pipeline) {
    var threshold = pipeline.get(Threshold.class);
    if (threshold != null) {
      if (pipeline.get(SslHandler.class) != null) { // of which Vert.x tells before its first byte
        StrictRequestDecoder.replaceIn(pipeline, threshold.http1);
      }
      if (pipeline.get(Http2Start.class) != null) {
        pipeline.remove(Http2Start.class);
      }
      pipeline.remove(threshold);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    Runnable look = () -> look(context);
    closing = context.executor().schedule(look, silenceMax.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Closes the connection unless it is of use. */
  private void look(ChannelHandlerContext context) {
    long unsentBefore = unsent;
    unsent = unsent(context.channel());
    boolean takes = unsent > 0 && unsent != unsentBefore;
    if (takes || (lane != null && lane.wasUsed())) {
      handlerAdded(context); // and begins to wait anew
    } else {
      var unused = context.channel().close();
    }
  }

  private static long unsent(Channel channel) {
    var waiting = channel.unsafe().outboundBuffer();
    return (waiting == null) ? 0 : waiting.totalPendingWriteBytes();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    var pipeline = context.pipeline();
    if (stopped) {
      bytes.release(); // which is too late
      return;
    }
    if (pipeline.get(Http1xOrH2CHandler.class) == null) {
      lookBehindTls(pipeline);
      context.fireChannelRead(bytes);
      return;
    }
    var begun = head.add(bytes, context.alloc());
    if (begun != null) {
      while (begun.isReadable() && pipeline.get(Http1xOrH2CHandler.class) != null) {
        context.fireChannelRead(begun.readRetainedSlice(1));
      }
      StrictRequestDecoder.replaceIn(pipeline, http1);
      Http2Start.in(pipeline);
      context.fireChannelRead(begun); // the rest, be it nothing
    }
  }

  private static void lookBehindTls(ChannelPipeline pipeline) {
    var tls = pipeline.context(SslHandler.class);
    if (tls != null && pipeline.get(Http2Start.class) == null) {
      pipeline.addAfter(tls.name(), null, new Http2Start());
    }
  }

  /** The server knows nothing of a head that is held, and would wait for it. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ShutdownEvent && head.isHeld()) {
      stopped = true;
      head.drop();
      var unused = context.writeAndFlush(EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    head.drop();
    if (closing != null) {
      closing.cancel(false);
    }
  }
}
