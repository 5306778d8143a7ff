package dev.refrain.gateway;

import dev.refrain.gateway.express.Lanes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.Http1ServerConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where clients' connections come in: a bounded number at once, each over a {@link Threshold}.
 * Thread-safe.
 */
@Sharable
final class Door extends ChannelInboundHandlerAdapter {
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
}
