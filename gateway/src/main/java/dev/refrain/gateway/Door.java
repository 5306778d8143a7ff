package dev.refrain.gateway;

import dev.refrain.gateway.express.ExpressLane;
import dev.refrain.gateway.express.Lanes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where clients' connections come in: a bounded number at once, and none that takes for ever to say
 * what it wants. Thread-safe.
 */
@Sharable
final class Door extends ChannelInboundHandlerAdapter {
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
   */

  private final int connectionsMax;
  private final Duration silenceMax;
  private final Http1ServerConfig http1;
  private final @Nullable Lanes lanes;
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * Opens the door.
   *
   * @param lanes opened on each connection; null if TLS hides what is said
   */
  Door(int connectionsMax, Duration silenceMax, Http1ServerConfig http1, @Nullable Lanes lanes) {
    this.connectionsMax = connectionsMax;
    this.silenceMax = silenceMax;
    this.http1 = http1;
    this.lanes = lanes;
  }

  /** Ends the watch over a connection whose first request has come. */
  static void pass(ChannelPipeline pipeline) {
    var threshold = pipeline.get(Threshold.class);
    if (threshold != null) {
      if (pipeline.get(SslHandler.class) != null) { // of which Vert.x tells before its first byte
        StrictRequestDecoder.replaceIn(pipeline, threshold.http1);
      }
      pipeline.remove(threshold);
    }
  }

  /** Lets a connection in, and no further one if it is the last for which there is room. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var connection = (Channel) message;
    connections.incrementAndGet();
    connection
        .closeFuture()
        .addListener(closed -> {
          connections.decrementAndGet();
          openOrShut(context.channel());
        });
    openOrShut(context.channel());
    var pipeline = connection.pipeline();
    var lane = (lanes == null) ? null : lanes.open(pipeline);
    pipeline.addLast(new Threshold(silenceMax, http1, lane));
    context.fireChannelRead(message);
  }

  /** In one place at a time, lest two who see different numbers leave it shut for ever. */
  private synchronized void openOrShut(Channel server) {
    boolean open = connections.get() < connectionsMax;
    if (server.config().isAutoRead() != open) {
      server.config().setAutoRead(open);
    }
  }

  /** Closes its connection unless it is removed in time. */
  private static final class Threshold extends ChannelInboundHandlerAdapter {
    private final Duration silenceMax;
    private final Http1ServerConfig http1;
    private final @Nullable ExpressLane lane;
    private @Nullable Future<?> closing;
    private long unsent;

    Threshold(Duration silenceMax, Http1ServerConfig http1, @Nullable ExpressLane lane) {
      this.silenceMax = silenceMax;
      this.http1 = http1;
      this.lane = lane;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      Runnable look = () -> look(context);
      closing = context.executor().schedule(look, silenceMax.toMillis(), TimeUnit.MILLISECONDS);
    }

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
      if (pipeline.get(Http1xOrH2CHandler.class) != null) {
        while (bytes.isReadable() && pipeline.get(Http1xOrH2CHandler.class) != null) {
          context.fireChannelRead(bytes.readRetainedSlice(1));
        }
        StrictRequestDecoder.replaceIn(pipeline, http1);
      }
      context.fireChannelRead(bytes); // the rest, be it nothing
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      if (closing != null) {
        closing.cancel(false);
      }
    }
  }
}
