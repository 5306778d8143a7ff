package dev.refrain.gateway.express;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/** Counts the answers that Vert.x has written to the end. */
final class AnswerCount extends ChannelOutboundHandlerAdapter {
  private static final int FIRST_FINAL = 200;
  private static final int SWITCHING = 101;

  private long answers;
  private boolean over; // it is no HTTP any more, or an answer said that it was the last

  /** Returns whether all requests are answered, and more may follow. */
  boolean hasAnswered(long requests) {
    return answers == requests && !over;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean isFinal = true;
    if (message instanceof HttpResponse head) {
      int status = head.status().code();
      isFinal = status >= FIRST_FINAL;
      over |= status == SWITCHING || saysLast(head);
    }
    if (isFinal && message instanceof LastHttpContent) {
      answers++;
    }
    var unused = context.write(message, promise);
  }

  private static boolean saysLast(HttpResponse head) {
    return head.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
  }
}
