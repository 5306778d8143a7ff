package dev.refrain.gateway.http2;

import static io.netty.buffer.Unpooled.EMPTY_BUFFER;
import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static io.netty.handler.codec.http2.Http2Error.STREAM_CLOSED;
import static io.netty.handler.codec.http2.Http2Exception.connectionError;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;

/** The streams that a client has opened. For one connection of HTTP/2, on its event loop. */
final class StreamNumbers extends Http2ConnectionAdapter {
  /*
   * Netty forgets streams that are closed, and never knows of those that it has refused.
   *
   * Headers for a stream that is not new are trailers, or they may come too late since the server
   * has reset it; all others end the connection (RFC 9113, 5.1 and 5.1.1). Of streams long ago it
   * is not known any more; Netty refuses what comes for them, and the connection lives on.
   */

  private final Http2Connection connection;
  private int last;
  private long opened; // of the streams by bits: the last, the one before it, and so on
  private long over; // those of them that were not reset by the server
  private int settled; // up to this one, Netty has heard of all that were opened

  private StreamNumbers(Http2Connection connection) {
    this.connection = connection;
  }

  static StreamNumbers of(Http2Connection connection) {
    var numbers = new StreamNumbers(connection);
    connection.addListener(numbers);
    return numbers;
  }

  /** Returns whether a stream, if it may be opened at all, may be so without a look at others. */
  boolean isNew(int stream) {
    return stream > last || !isOfClient(stream);
  }

  /** Notes that all has been decoded by which streams were opened. */
  void settle() {
    settled = last;
  }

  /**
   * Returns whether a stream was opened and Netty does not know it: as there were too many, or the
   * client had yet to read that there must be no further one.
   */
  boolean wasRefused(int stream) {
    return isOfClient(stream) && stream <= settled && !connection.streamMayHaveExisted(stream);
  }

  /** Returns whether this may come of a stream that Netty has yet to hear of. */
  boolean mayBeRefused(int stream) {
    return isOfClient(stream)
        && stream > settled
        && stream <= last
        && (connection.goAwaySent() || areTooMany());
  }

  private boolean areTooMany() {
    var ofClient = connection.remote();
    int more = stepsBack(last, ofClient.lastStreamCreated()) + 1;
    return ofClient.numActiveStreams() + more > ofClient.maxActiveStreams();
  }

  /** Lets the client send as much again as came for a stream that was refused. */
  void takeBack(int bytes) throws Http2Exception {
    var room = connection.local().flowController();
    room.receiveFlowControlledFrame(/* stream= */ null, EMPTY_BUFFER, /* padding= */ bytes, false);
  }

  /**
   * Notes that headers are for a stream.
   *
   * @throws Http2Exception if it is not new, and these must not come
   */
  void open(int stream) throws Http2Exception {
    if (!isNew(stream)) {
      checkOld(stream);
    } else if (isOfClient(stream)) {
      int steps = stepsBack(stream, last);
      opened = shifted(opened, steps) | 1;
      over = shifted(over, steps);
      last = stream;
    }
  }

  private void checkOld(int stream) throws Http2Exception {
    var open = connection.stream(stream);
    if (open != null) {
      if (!open.state().remoteSideOpen() && !open.isResetSent()) {
        throw connectionError(STREAM_CLOSED, "headers after the end of stream %d", stream);
      }
    } else if (has(over, stream)) {
      throw connectionError(STREAM_CLOSED, "headers for stream %d, which is closed", stream);
    } else if (isKnown(stream) && !has(opened, stream)) {
      throw connectionError(PROTOCOL_ERROR, "stream %d comes after %d", stream, last);
    }
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    if (isKnown(stream.id()) && !stream.isResetSent()) {
      over |= bit(stream.id());
    }
  }

  private boolean isKnown(int stream) {
    return isOfClient(stream) && stream <= last && stepsBack(last, stream) < Long.SIZE;
  }

  private boolean has(long set, int stream) {
    return isKnown(stream) && (set & bit(stream)) != 0;
  }

  private long bit(int stream) {
    return 1L << stepsBack(last, stream);
  }

  private static boolean isOfClient(int stream) {
    return stream % 2 == 1;
  }

  private static int stepsBack(int from, int to) {
    return (from - to) / 2;
  }

  private static long shifted(long set, int steps) {
    return (steps < Long.SIZE) ? set << steps : 0;
  }
}
