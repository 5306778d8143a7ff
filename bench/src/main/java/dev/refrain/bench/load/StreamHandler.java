package dev.refrain.bench.load;

import static io.netty.handler.codec.http.HttpHeaderNames.AUTHORIZATION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.ThreadLocalRandom;

/** One client, who asks what nobody asked before and reads the stream that answers it. */
@SuppressWarnings("FutureReturnValueIgnored") // who hung up is not served
final class StreamHandler extends SimpleChannelInboundHandler<HttpObject> {
  private final Round round;
  private final Tongue tongue;
  private final Round.Plan plan;
  private final Stamp.Finder finder = new Stamp.Finder(this::found);
  private int found;
  private boolean clean;

  StreamHandler(Round round, Tongue tongue, Round.Plan plan) {
    this.round = round;
    this.tongue = tongue;
    this.plan = plan;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    var text =
        "Question %x, %d events per second:"
            .formatted(ThreadLocalRandom.current().nextLong(), plan.eventsPerSecond());
    var question = Unpooled.wrappedBuffer(tongue.question(text, plan.eventsPerStream()));
    var request = new DefaultFullHttpRequest(HTTP_1_1, HttpMethod.POST, tongue.path(), question);
    request
        .headers()
        .set(HOST, "127.0.0.1")
        .set(CONTENT_TYPE, "application/json")
        .set(AUTHORIZATION, "Bearer sk-of-the-benchmark")
        .set(CONTENT_LENGTH, question.readableBytes());
    context.writeAndFlush(request);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (message instanceof HttpContent content) {
      content.content().forEachByte(finder);
    }
    if (message instanceof LastHttpContent last) {
      clean = last.decoderResult().isSuccess() && found == plan.eventsPerStream();
      context.close();
    }
  }

  private void found(long sentNanos) {
    found++;
    round.arrived(sentNanos);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    round.ended(clean);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
