package dev.refrain.bench.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A provider of language models that needs no time to think. It answers a question at once with 2
 * KB; or, if asked for a stream, with events at a steady pace, each of which says when it was sent.
 * {@code GET} tells how often it was asked.
 */
public final class Origin {
  private static final int BACKLOG = 4096;
  private static final int BODY_BYTES_MAX = 64 << 10;

  private Origin() {}

  /** Serves at the port that is the only argument, until it is ended. */
  public static void main(String[] arguments) throws InterruptedException {
    listen(Loops.one(), Integer.parseInt(arguments[0])).closeFuture().sync();
  }

  static Channel listen(EventLoopGroup loop, int port) throws InterruptedException {
    var calls = new AtomicLong();
    return new ServerBootstrap()
        .group(loop)
        .channel(EpollServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(BODY_BYTES_MAX),
                        new OriginHandler(calls));
              }
            })
        .bind("127.0.0.1", port)
        .sync()
        .channel();
  }
}
