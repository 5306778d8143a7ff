package dev.refrain.gateway.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Reads one connection of HTTP/2 piece by piece, and lets others have their turn in between. For
 * its event loop.
 */
public final class FairReading extends ChannelDuplexHandler {
  /*
   * Some frames cost their sender nothing and the server much, and new ones are found every year:
   * what is counted is not what they are, but how long they take. So what was read is passed on in
   * pieces, which are halved while they take long and doubled while they do not, and when the time
   * of a turn is used up the rest waits in line. Meanwhile nothing is read from the connection, and
   * so its sender is slowed down, as long as there is anybody else to be served.
   *
   * Netty sends each reset by itself. What is said of one piece is sent together.
   */

  private static final int PIECE_BYTES = 1 << 10;
  private static final int PIECE_BYTES_MIN = 128;
  private static final int PIECE_BYTES_MAX = 64 << 10;
  private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long LONG_NANOS = TimeUnit.MICROSECONDS.toNanos(150);

  private final Turns turns;
  private final HeldRequests requests;
  private final Deque<ByteBuf> unread = new ArrayDeque<>(); // what was read before reading ceased
  private int pieceBytes = PIECE_BYTES;
  private boolean inLine;
  private boolean reading;
  private boolean unflushed; // since it is read

  FairReading(Turns turns, HeldRequests requests) {
    this.turns = turns;
    this.requests = requests;
  }

  /** Has a connection read so from now on, of which the protocol is known. */
  public static void begin(
      Http2ConnectionHandler http2, ChannelHandlerContext reader, Turns turns) {
    var reading = new FairReading(turns, HeldRequests.of(http2, reader));
    reader.pipeline().addBefore(reader.name(), null, reading);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) { // the request that asked for HTTP/2
      context.fireChannelRead(message);
      return;
    }
    unread.add(bytes);
    while (!inLine && !unread.isEmpty()) {
      if (turns.isTimeLeft()) {
        readPiece(context);
      } else {
        inLine = true;
        context.channel().config().setAutoRead(false);
        turns.standInLine(() -> readOn(context), context.executor());
      }
    }
  }

  /** Netty's handler asks for more by itself where nothing is read by itself. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (!inLine) {
      context.read();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    complete(context);
  }

  /** Reads a piece of what waits, and returns whether there is more. */
  private boolean readOn(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      requests.end();
      drop();
      return false;
    }
    try {
      readPiece(context);
      complete(context);
    } catch (RuntimeException e) {
      drop();
      context.fireExceptionCaught(e); // by which the connection is closed
      return false;
    }
    inLine = !unread.isEmpty();
    if (!inLine) {
      context.channel().config().setAutoRead(true);
    }
    return inLine;
  }

  private void readPiece(ChannelHandlerContext context) {
    var first = unread.element();
    int bytes = first.readableBytes();
    boolean full = bytes >= pieceBytes;
    var piece = (bytes > pieceBytes) ? first.readRetainedSlice(pieceBytes) : unread.remove();
    long took = turns.spend(() -> flushOnce(context, () -> context.fireChannelRead(piece)));
    if (took > LONG_NANOS) {
      pieceBytes = Math.max(PIECE_BYTES_MIN, pieceBytes / 2);
    } else if (full && took < SHORT_NANOS) {
      pieceBytes = Math.min(PIECE_BYTES_MAX, pieceBytes * 2);
    }
  }

  private void flushOnce(ChannelHandlerContext context, Runnable work) {
    reading = true;
    try {
      work.run();
    } finally {
      reading = false;
      flushRest(context);
    }
  }

  private void flushRest(ChannelHandlerContext context) {
    if (unflushed) {
      unflushed = false;
      context.flush();
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (reading) {
      unflushed = true;
    } else {
      context.flush();
    }
  }

  /** What is held back goes on when all is read; what was answered meanwhile is sent before. */
  private void complete(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      requests.end();
    } else if (unread.isEmpty() && requests.areHeld()) {
      turns.spend(() -> flushOnce(context, requests::passOn));
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    flushRest(context); // or streams that were reset are still open
    try {
      requests.close();
    } finally {
      flushRest(context);
      var unused = context.close(promise); // what becomes of it is told to the promise
    }
  }

  /** Netty now decodes what is left. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    requests.end();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    drop();
  }

  private void drop() {
    unread.forEach(ByteBuf::release);
    unread.clear();
    requests.drop();
  }
}
