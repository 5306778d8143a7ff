package dev.refrain.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;

/** Leaves out interim replies that Vert.x would take for the reply itself. For one connection. */
final class InterimFilter extends ChannelInboundHandlerAdapter {
  private static final Set<Integer> UNDERSTOOD = Set.of(100, 101, 103);

  private boolean leavingOut;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpResponse response) {
      leavingOut =
          response.status().codeClass() == HttpStatusClass.INFORMATIONAL
              && !UNDERSTOOD.contains(response.status().code());
    }
    if (!leavingOut) {
      context.fireChannelRead(message);
      return;
    }
    ReferenceCountUtil.release(message);
    leavingOut = !(message instanceof LastHttpContent);
  }
}
