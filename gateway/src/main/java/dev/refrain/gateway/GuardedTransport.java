package dev.refrain.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The best transport of this machine, with a {@link Door} before each server, and connections that
 * are read a little at a time.
 */
@SuppressWarnings("deprecation") // one of the methods passed on has a parameter that is
record GuardedTransport(Transport transport, Door door)
    implements io.vertx.core.transport.Transport, Transport {

  /*
   * Vert.x tells a socket to be quiet only when all is done that was read of it in one go, which
   * would be sixteen times 64 KB here, and keeps all of that for a reader who has paused. So a
   * thousand slow clients would hold a gigabyte.
   */

  private static final int READS_AT_ONCE = 1;

  /** Returns the native transport if there is one. */
  static GuardedTransport behind(Door door) {
    var fast = io.vertx.core.transport.Transport.nativeTransport();
    boolean usable = fast != null && fast.available();
    var chosen = usable ? fast : io.vertx.core.transport.Transport.NIO;
    return new GuardedTransport(chosen.implementation(), door);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    transport.configure(config, domainSocket, bootstrap);
    bootstrap.handler(door);
    bootstrap.childOption(ChannelOption.RCVBUF_ALLOCATOR, aLittleAtATime());
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    transport.configure(config, domainSocket, bootstrap);
    bootstrap.option(ChannelOption.RCVBUF_ALLOCATOR, aLittleAtATime());
  }

  private static RecvByteBufAllocator aLittleAtATime() {
    return new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_AT_ONCE);
  }

  // All that follows is as the other transport has it.

  @Override
  public String name() {
    return "guarded";
  }

  @Override
  public boolean available() {
    return transport.isAvailable();
  }

  @Override
  public boolean isAvailable() {
    return transport.isAvailable();
  }

  @Override
  public @Nullable Throwable unavailabilityCause() {
    return transport.unavailabilityCause();
  }

  @Override
  public Transport implementation() {
    return this;
  }

  @Override
  public boolean supportsDomainSockets() {
    return transport.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return transport.supportFileRegion();
  }

  @Override
  public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return transport.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ratio) {
    return transport.eventLoopGroup(type, threads, factory, ratio);
  }

  @Override
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return transport.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    return transport.datagramChannelFactory();
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return transport.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return transport.serverChannelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    transport.configure(channel, options);
  }
}
