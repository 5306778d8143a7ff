package dev.refrain.bench.load;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.bench.Answers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection to the origin. */
@SuppressWarnings("FutureReturnValueIgnored") // who hung up is not served
final class OriginHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Pattern STREAM =
      Pattern.compile(
          "\"stream\":true,\"max_(?:output_)?tokens\":(\\d+).*?(\\d+) events per second");

  private final AtomicLong calls;

  OriginHandler(AtomicLong calls) {
    this.calls = calls;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.method().equals(HttpMethod.GET)) {
      answer(context, "text/plain", Long.toString(calls.get()).getBytes(US_ASCII));
      return;
    }
    calls.incrementAndGet();
    var stream = STREAM.matcher(request.content().toString(US_ASCII));
    if (stream.find()) {
      new Stream(context, Tongue.at(request.uri()), number(stream, 1), number(stream, 2)).begin();
    } else {
      answer(context, "application/json", Answers.at(request.uri()));
    }
  }

  private static int number(MatchResult match, int group) {
    return Integer.parseInt(match.group(group));
  }

  private static void answer(ChannelHandlerContext context, String type, byte[] body) {
    var response = new DefaultFullHttpResponse(HTTP_1_1, OK, Unpooled.wrappedBuffer(body));
    response.headers().set(CONTENT_TYPE, type).set(CONTENT_LENGTH, body.length);
    context.writeAndFlush(response);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close(); // the other side hung up
  }

  /** Events at a steady pace, the first after a part of a pause that chance decides. */
  private static final class Stream {
    private final ChannelHandlerContext context;
    private final Tongue tongue;
    private final Stamp stamp;
    private final long pauseNanos;
    private int left;
    private java.util.concurrent.@Nullable ScheduledFuture<?> clock;

    Stream(ChannelHandlerContext context, Tongue tongue, int events, int eventsPerSecond) {
      this.context = context;
      this.tongue = tongue;
      this.stamp = new Stamp(tongue);
      this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / eventsPerSecond;
      this.left = events;
    }

    void begin() {
      var head = new DefaultHttpResponse(HTTP_1_1, OK);
      head.headers().set(CONTENT_TYPE, "text/event-stream").set(TRANSFER_ENCODING, "chunked");
      context.write(head);
      context.writeAndFlush(new DefaultHttpContent(bytes(tongue.begin())));
      long first = ThreadLocalRandom.current().nextLong(pauseNanos);
      clock =
          context
              .executor()
              .scheduleAtFixedRate(this::tick, first, pauseNanos, TimeUnit.NANOSECONDS);
    }

    private void tick() {
      left--;
      if (left >= 0 && context.channel().isActive()) {
        context.writeAndFlush(new DefaultHttpContent(stamp.now()));
        return;
      }
      if (clock != null) {
        clock.cancel(false);
      }
      context.writeAndFlush(new DefaultLastHttpContent(bytes(tongue.end())));
    }

    private static ByteBuf bytes(String text) {
      return Unpooled.wrappedBuffer(text.getBytes(US_ASCII));
    }
  }
}
