package dev.refrain.gateway.http2;

import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static io.netty.handler.codec.http2.Http2Exception.connectionError;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Tells of requests when all is read that came with them, and so never of those that were taken
 * back in the same breath. For one connection of HTTP/2, on its event loop.
 */
final class HeldRequests {
  private static final int BODIES_BYTES_MAX = 32 << 10;

  private final Http2ConnectionHandler http2;
  private final ChannelHandlerContext reader;
  private final LinkedHashMap<Integer, List<Frame>> held = new LinkedHashMap<>();
  private int bodiesBytes;
  private boolean ended;

  private HeldRequests(Http2ConnectionHandler http2, ChannelHandlerContext reader) {
    this.http2 = http2;
    this.reader = reader;
  }

  /** Holds back what a connection would tell at once. */
  static HeldRequests of(Http2ConnectionHandler http2, ChannelHandlerContext reader) {
    var requests = new HeldRequests(http2, reader);
    requests.listen();
    http2
        .connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamActive(Http2Stream stream) {
                if (requests.ended) {
                  stream.close();
                }
              }
            });
    return requests;
  }

  private void listen() {
    http2.decoder().frameListener(new Listener());
  }

  /** What is told of a stream. */
  private interface Frame {
    void pass() throws Http2Exception;

    /** Gives back what it holds, be it told or not. */
    default void release() {}
  }

  boolean areHeld() {
    return !held.isEmpty();
  }

  /** Tells of the first requests that are held. */
  void passOn(int most) {
    for (int i = 0; i < most && !held.isEmpty(); i++) {
      passOnFirst();
    }
  }

  /** Tells of nothing of all that is held. */
  void drop() {
    held.values().forEach(HeldRequests::release);
    held.clear();
  }

  /**
   * Ends what is held, and what may still be read of a connection that comes to its end. An error
   * of the whole connection is told to all its streams by Vert.x, who fails over those that it was
   * never told of: it hangs up without a word, or never finds out that the connection is gone.
   *
   * <p>Nor was it told of some that were reset, by an error in what opened them.
   */
  void end() {
    ended = true;
    var untold = new ArrayList<Http2Stream>();
    try {
      http2
          .connection()
          .forEachActiveStream(stream -> {
            if (held.containsKey(stream.id()) || stream.isResetSent()) {
              untold.add(stream);
            }
            return true;
          });
    } catch (Http2Exception e) {
      throw new IllegalStateException("thrown by nobody", e);
    }
    drop();
    untold.forEach(Http2Stream::close);
  }

  /**
   * Ends all of a connection that is about to be closed. If that happens while requests are held,
   * it is for an error, and the client is told so; which one it was is not known any more.
   */
  void close() {
    boolean inError = areHeld();
    end();
    if (inError && !http2.connection().goAwaySent()) {
      http2.onError(reader, false, connectionError(PROTOCOL_ERROR, "a frame that is none"));
    }
  }

  private void passOnFirst() {
    var first = held.pollFirstEntry();
    try {
      pass(first.getKey(), first.getValue());
    } catch (Http2Exception | RuntimeException e) {
      http2.onError(reader, false, e); // as if it had been told at once
    }
  }

  private void pass(int stream, List<Frame> frames) throws Http2Exception {
    try {
      for (var frame : frames) {
        var open = http2.connection().stream(stream);
        if (open != null && !open.isResetSent()) { // else the server has reset it by itself
          frame.pass();
        }
      }
    } finally {
      release(frames);
    }
  }

  private static void release(List<Frame> frames) {
    frames.forEach(Frame::release);
  }

  /** What holds back. */
  private final class Listener extends LastingListener {
    Listener() {
      super(http2.decoder());
    }

    @Override
    protected void renew() {
      listen();
    }

    /** Netty's decoder tells of all headers so, with the usual priority if they have none. */
    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      if (ended) {
        return;
      }
      if (held.size() >= FairReading.REQUESTS_MAX && !held.containsKey(stream)) {
        passOnFirst();
      }
      held.computeIfAbsent(stream, id -> new ArrayList<>(2))
          .add(() ->
              super.onHeadersRead(
                  context, stream, headers, dependency, weight, exclusive, padding, last));
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last)
        throws Http2Exception {
      var begun = held.get(stream);
      if (begun == null) {
        return super.onDataRead(context, stream, data, padding, last);
      }
      if (bodiesBytes + data.readableBytes() > BODIES_BYTES_MAX) {
        held.remove(stream);
        pass(stream, begun);
        return super.onDataRead(context, stream, data, padding, last);
      }
      begun.add(new Data(context, stream, data.retain(), padding, last));
      return 0; // the rest when it is passed on
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int stream, long code)
        throws Http2Exception {
      var begun = held.remove(stream);
      if (begun != null) {
        release(begun);
      }
      super.onRstStreamRead(context, stream, code); // which knows whether it was told
    }

    private final class Data implements Frame {
      private final ChannelHandlerContext context;
      private final int stream;
      private final ByteBuf bytes;
      private final int padding;
      private final boolean last;
      private final int length;

      Data(ChannelHandlerContext context, int stream, ByteBuf bytes, int padding, boolean last) {
        this.context = context;
        this.stream = stream;
        this.bytes = bytes;
        this.padding = padding;
        this.last = last;
        length = bytes.readableBytes();
        bodiesBytes += length;
      }

      /** Vert.x itself lets the client send as much again, but not if the end was read already. */
      @Override
      public void pass() throws Http2Exception {
        var open = http2.connection().stream(stream);
        boolean more = open.state().remoteSideOpen();
        int taken = Listener.super.onDataRead(context, stream, bytes, padding, last);
        http2.decoder().flowController().consumeBytes(open, more ? taken : length + padding);
      }

      @Override
      public void release() {
        bodiesBytes -= length;
        bytes.release();
      }
    }
  }
}
