package dev.refrain.gateway.express;

import static io.netty.buffer.Unpooled.EMPTY_BUFFER;

import dev.refrain.flight.Capacity;
import dev.refrain.gateway.express.KnownHead.Frame;
import dev.refrain.gateway.express.Lessons.Lesson;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.MultiMap;
import io.vertx.core.net.impl.ShutdownEvent;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of hits past the HTTP server, on one connection of HTTP/1.1. For its event loop. */
public final class ExpressLane extends ChannelInboundHandlerAdapter {
  /*
   * A client asks again and again, and its heads are the same but for the length of the body. Such
   * a head needs no second reading. So this stands before Vert.x's decoder, and if a head is byte
   * for byte the one that was last read there, and its answer lies ready, the answer is written at
   * once. In all other cases, and in any doubt, the bytes go on to Vert.x untouched, as if nobody
   * had looked at them.
   *
   * Answers must leave in the order of their requests; so nothing is taken here while Vert.x has
   * anything to do: a request that has begun in its decoder, or one that is not answered. Of a
   * connection on which all was answered here it knows nothing. Once a byte has gone on to it,
   * nothing is taken until it has laid its pipes, and can tell what it has to do.
   *
   * Many clients send head and body apart. The head is then held here for a moment, and passed on
   * if the body does not follow: Vert.x's side has the patience for slow ones, and its bounds.
   */

  private static final Logger log = LoggerFactory.getLogger(ExpressLane.class);
  private static final int BODY_BYTES_MAX = 64 << 10;
  private static final int HELD_BYTES_MAX = 16 << 10;
  private static final long HELD_MILLIS_MAX = 100;

  private final Capacity room;
  private final Supplier<Lessons> lessonsHere;
  private @Nullable Lessons lessons;
  private @Nullable Lesson learned;
  private @Nullable Server server; // once it knows of this connection
  private boolean begun; // something has gone on to it
  private @Nullable IdleStateHandler idleness;
  private @Nullable ByteBuf held;
  private @Nullable Future<?> patience;
  private boolean knew; // the last head that was passed on
  private boolean used;
  private boolean unflushed;
  private boolean stopped;
  private @Nullable ChannelHandlerContext place;

  /** What can tell of the server's side whether it has anything to do. */
  private record Server(Intake intake, AnswerCount answers) {
    boolean isAtRest() {
      return intake.isBetweenRequests() && answers.hasAnswered(intake.requests());
    }
  }

  /**
   * Takes what is known to all.
   *
   * @param room for requests that are not all there yet
   * @param lessonsHere what was learned on the event loop that asks
   */
  ExpressLane(Capacity room, Supplier<Lessons> lessonsHere) {
    this.room = room;
    this.lessonsHere = lessonsHere;
  }

  /** Has this know the server's side. */
  void join(Intake intake, AnswerCount answers) {
    server = new Server(intake, answers);
  }

  /** Returns whether nothing new can be learned from the request that was last passed on. */
  public boolean knew() {
    return knew;
  }

  /** Has requests with this head, as it was read, answered at a desk from now on. */
  public void learn(String method, String target, MultiMap headers, Desk answering) {
    var head = KnownHead.of(method, target, headers);
    if (head != null) {
      learned = new Lesson(head, answering);
      lessons().add(learned);
    }
  }

  /** Leaves all that comes from now on to the server, which is about to close the connection. */
  public void stop() {
    stopped = true;
    if (place != null && held != null) {
      giveUp(place);
    }
  }

  /** Returns whether anything was answered here since this was last asked. */
  public boolean wasUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    place = context;
    lessons = lessonsHere.get();
  }

  private Lessons lessons() {
    return Objects.requireNonNull(lessons, "lessons, once this is on a connection");
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    if (learned == null) {
      learned = lessons().last();
    }
    if (held != null) {
      addToHeld(context, held, bytes);
    } else if (stopped && isEarly()) {
      bytes.release(); // which is too late
    } else if (learned != null && isFirst()) {
      take(context, bytes);
    } else {
      knew = false;
      passOn(context, bytes);
    }
  }

  private void passOn(ChannelHandlerContext context, ByteBuf bytes) {
    begun = true;
    context.fireChannelRead(bytes);
  }

  /** Returns whether what comes now is the beginning of a request, and the next to be answered. */
  private boolean isFirst() {
    return !stopped && (isEarly() || (server != null && server.isAtRest()));
  }

  /** Returns whether the server knows nothing of this connection. */
  private boolean isEarly() {
    return server == null && !begun;
  }

  private void take(ChannelHandlerContext context, ByteBuf bytes) {
    var frame = frame(bytes);
    while (frame != null && bytes.readableBytes() >= frame.bytes()) {
      var answer = context.channel().isWritable() ? answer(context, frame, bytes) : null;
      if (answer == null) {
        passOn(context, bytes);
        return;
      }
      bytes.skipBytes(frame.bytes());
      var unused = context.write(answer, context.voidPromise());
      unflushed = true;
      frame = frame(bytes);
    }
    if (frame != null && frame.bytes() <= HELD_BYTES_MAX && room.tryTake(frame.bytes())) {
      hold(context, frame, bytes);
    } else if (bytes.isReadable()) {
      passOn(context, bytes);
    } else {
      bytes.release();
    }
  }

  private @Nullable Frame frame(ByteBuf bytes) {
    var frame = (learned == null) ? null : learned.head().frame(bytes);
    knew = frame != null;
    return (frame == null || frame.bodyBytes() > BODY_BYTES_MAX) ? null : frame;
  }

  private @Nullable ByteBuf answer(ChannelHandlerContext context, Frame frame, ByteBuf bytes) {
    int from = bytes.readerIndex() + frame.headBytes();
    var body = ByteBufUtil.getBytes(bytes, from, frame.bodyBytes(), true);
    try {
      var answer = (learned == null) ? null : learned.desk().answer(body, context.alloc());
      if (answer != null) {
        noteUse(context);
      }
      return answer;
    } catch (RuntimeException e) {
      log.warn("A hit failed on the express lane, and goes the usual way", e);
      return null;
    }
  }

  /** What goes by here is seen by nobody who minds idle connections. */
  private void noteUse(ChannelHandlerContext context) {
    used = true;
    if (idleness == null && server != null) {
      idleness = context.pipeline().get(IdleStateHandler.class);
    }
    if (idleness != null) {
      idleness.resetReadTimeout();
    }
  }

  private void hold(ChannelHandlerContext context, Frame frame, ByteBuf bytes) {
    held = context.alloc().buffer(frame.bytes(), frame.bytes()).writeBytes(bytes);
    bytes.release();
    patience =
        context.executor().schedule(() -> giveUp(context), HELD_MILLIS_MAX, TimeUnit.MILLISECONDS);
  }

  /** What is more than the body is the next request, which nobody sends before he is answered. */
  private void addToHeld(ChannelHandlerContext context, ByteBuf begun, ByteBuf bytes) {
    if (bytes.readableBytes() > begun.writableBytes()) {
      letGo(context);
      passOn(context, bytes);
      return;
    }
    begun.writeBytes(bytes);
    bytes.release();
    if (!begun.isWritable()) {
      release();
      take(context, begun);
    }
  }

  /** Vert.x writes out what it has to say when it hears that all is read. */
  private void giveUp(ChannelHandlerContext context) {
    letGo(context);
    context.fireChannelReadComplete();
  }

  /** Passes on what is held. */
  private void letGo(ChannelHandlerContext context) {
    if (held != null) {
      var bytes = held;
      release();
      passOn(context, bytes);
    }
  }

  private void release() {
    if (held != null) {
      room.giveBack(held.capacity());
      held = null;
    }
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (unflushed) {
      unflushed = false;
      context.flush();
    }
    context.fireChannelReadComplete();
  }

  /**
   * Vert.x would at once close a connection on which it has nothing to do. What has begun to come
   * is for it to finish.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!(event instanceof ShutdownEvent)) {
      context.fireUserEventTriggered(event);
    } else if (isEarly() && held == null) {
      stopped = true;
      var unused = context.writeAndFlush(EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      stop();
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    letGo(context);
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (held != null) {
      giveUp(context);
    }
  }
}
