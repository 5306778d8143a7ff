package dev.refrain.bench.load;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Makes event loops. */
final class Loops {
  private Loops() {}

  /** Returns one event loop, whose timers are exact, and which ends with the program. */
  static EventLoopGroup one() {
    var daemon = new DefaultThreadFactory("load", /* daemon= */ true);
    return new MultiThreadIoEventLoopGroup(1, daemon, EpollIoHandler.newFactory());
  }
}
