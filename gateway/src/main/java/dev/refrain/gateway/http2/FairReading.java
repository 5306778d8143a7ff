package dev.refrain.gateway.http2;

import static io.netty.buffer.Unpooled.EMPTY_BUFFER;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Reads one connection of HTTP/2 piece by piece, and lets others have their turn in between. For
 * its event loop.
 */
public final class FairReading extends ChannelDuplexHandler {
  /** How many requests a connection may have at once, all of which can be held. */
  public static final int REQUESTS_MAX = 250;

  /*
   * Some frames cost their sender nothing and the server much, and new ones are found every year:
   * what is counted is not what they are, but how long they take. So what was read is passed on in
   * pieces, which become smaller if they took long and larger if they did not, and when the time
   * of a turn is used up the rest waits in line. Meanwhile nothing is read from the connection, and
   * so its sender is slowed down, as long as there is anybody else to be served.
   *
   * Netty sends each reset by itself. What is said while it is read is sent together.
   */

  private static final int PIECE_BYTES_MIN = 128;
  private static final int PIECE_BYTES_MAX = 8 << 10;
  private static final int REQUESTS_AT_ONCE = 4;
  private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(25);
  private static final long LONG_NANOS = TimeUnit.MICROSECONDS.toNanos(75);

  private static final FastThreadLocal<Turns> TURNS = // each loop has its own
      new FastThreadLocal<>() {
        @Override
        protected Turns initialValue() {
          return new Turns(System::nanoTime);
        }
      };

  private final Turns turns;
  private final Http2ConnectionHandler http2;
  private final ChannelHandlerContext reader;
  private final HeldRequests requests;
  private final FrameHeads heads;
  private final Undecoded undecoded = new Undecoded();
  private final Deque<ByteBuf> unread = new ArrayDeque<>(); // what was read before reading ceased
  private ByteBuf halfHead = EMPTY_BUFFER; // with which that ends which was read on
  private int pieceBytes = PIECE_BYTES_MIN;
  private boolean inLine;
  private boolean closed; // or about to be
  private boolean reading;
  private boolean unflushed; // since it is read

  FairReading(Turns turns, Http2ConnectionHandler http2, ChannelHandlerContext reader) {
    this.turns = turns;
    this.http2 = http2;
    this.reader = reader;
    requests = HeldRequests.of(http2, reader);
    heads = new FrameHeads(StreamNumbers.of(http2.connection()));
    http2.setCumulator(undecoded);
  }

  /** Has a connection read so from now on, where a frame or the preface begins. */
  public static void begin(Http2ConnectionHandler http2, ChannelHandlerContext reader) {
    begin(http2, reader, TURNS.get());
  }

  static void begin(Http2ConnectionHandler http2, ChannelHandlerContext reader, Turns turns) {
    var reading = new FairReading(turns, http2, reader);
    reader.pipeline().addBefore(reader.name(), null, reading);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) { // the request that asked for HTTP/2
      context.fireChannelRead(message);
      return;
    }
    if (closed) {
      bytes.release();
      return;
    }
    reading = true;
    unread.add(behindHalfHead(bytes));
    while (!inLine && !unread.isEmpty()) {
      readOnOrStandInLine(context);
    }
  }

  /** What is held back goes on when all is read. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    flushRest(context); // by which the connection is closed if that is in error
    if (!context.channel().isActive()) {
      requests.end();
    }
    while (!inLine && requests.areHeld()) {
      readOnOrStandInLine(context);
    }
    complete(context);
  }

  /** Has Netty say all that it has to say: a good part of what an answer costs. */
  private void complete(ChannelHandlerContext context) {
    turns.spend(
        () -> {
          context.fireChannelReadComplete();
          reading = false;
          flushRest(context);
        },
        context.executor());
  }

  private void readOnOrStandInLine(ChannelHandlerContext context) {
    if (turns.isTimeLeft()) {
      readPiece(context);
    } else {
      inLine = true;
      context.channel().config().setAutoRead(false);
      turns.standInLine(() -> readOn(context), context.executor());
    }
  }

  /** Netty's handler asks for more by itself where nothing is read by itself. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (!inLine) {
      context.read();
    }
  }

  /** Reads a piece of what waits, and returns whether there is more. */
  private boolean readOn(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      requests.end();
      dropUnread();
      return false;
    }
    try {
      reading = true;
      readPiece(context);
      complete(context);
    } catch (RuntimeException e) {
      reading = false;
      drop();
      context.fireExceptionCaught(e); // by which the connection is closed
      return false;
    }
    inLine = !unread.isEmpty() || requests.areHeld();
    if (!inLine) {
      context.channel().config().setAutoRead(true);
    }
    return inLine;
  }

  private void readPiece(ChannelHandlerContext context) {
    if (unread.isEmpty()) {
      turns.spend(() -> requests.passOn(REQUESTS_AT_ONCE), context.executor());
    } else {
      readBytes(context);
    }
  }

  private void readBytes(ChannelHandlerContext context) {
    var first = unread.element();
    int bytes = first.readableBytes();
    int length;
    try {
      length = heads.read(first, Math.min(bytes, pieceBytes));
    } catch (Http2Exception e) {
      closed = true; // about to be, when the client was told
      dropUnread();
      requests.end();
      http2.onError(reader, false, e);
      return;
    }
    if (length == 0) {
      waitForWholeHead();
      return;
    }
    var piece = (length < bytes) ? first.readRetainedSlice(length) : unread.remove();
    if (heads.isRefused()) {
      piece.release();
    } else {
      decode(context, piece, length >= pieceBytes);
    }
  }

  private void waitForWholeHead() {
    halfHead = unread.remove();
    var next = unread.poll();
    if (next != null) {
      unread.addFirst(behindHalfHead(next));
    }
  }

  private ByteBuf behindHalfHead(ByteBuf bytes) {
    var before = halfHead;
    halfHead = EMPTY_BUFFER;
    if (before.isReadable()) {
      return Unpooled.wrappedBuffer(before, bytes);
    }
    before.release();
    return bytes;
  }

  private void decode(ChannelHandlerContext context, ByteBuf piece, boolean full) {
    long took = turns.spend(() -> decode(context, piece), context.executor());
    if (took > LONG_NANOS) {
      pieceBytes = Math.max(PIECE_BYTES_MIN, (int) (pieceBytes * LONG_NANOS / took));
    } else if (full && took < SHORT_NANOS) {
      pieceBytes = Math.min(PIECE_BYTES_MAX, pieceBytes * 2);
    }
  }

  private void decode(ChannelHandlerContext context, ByteBuf piece) {
    try {
      context.fireChannelRead(piece);
    } finally {
      undecoded.release();
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

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    closed = true;
    undecoded.drop();
    dropUnread();
    flushRest(context); // or streams that were reset are still open
    try {
      requests.close();
    } finally {
      flushRest(context);
      var unused = context.close(promise); // what becomes of it is told to the promise
    }
  }

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
    dropUnread();
    requests.drop();
  }

  private void dropUnread() {
    unread.forEach(ByteBuf::release);
    unread.clear();
    halfHead.release();
    halfHead = EMPTY_BUFFER;
  }
}
