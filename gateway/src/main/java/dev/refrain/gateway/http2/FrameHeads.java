package dev.refrain.gateway.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Follows what a client sends from frame to frame, and finds those for streams of which Netty knows
 * too little. For one connection of HTTP/2, on its event loop.
 */
final class FrameHeads {
  private static final int HEAD_BYTES = 9;
  private static final int TYPE_AT = 3;
  private static final int FLAGS_AT = 4;
  private static final int STREAM_AT = 5;
  private static final int END_HEADERS = 4;
  private static final int PREFACE_BYTES = 24;
  private static final int PREFACE_BEGIN = 'P' << 16 | 'R' << 8 | 'I'; // as a length: too much

  private final StreamNumbers streams;
  private int bytesLeft; // of the frame whose head was read, with that
  private boolean refused;
  private boolean amongHeaders; // which go on in the next frame, and nothing else may come

  FrameHeads(StreamNumbers streams) {
    this.streams = streams;
  }

  /**
   * Returns how many of the next bytes go the same way, which {@link #isRefused} tells. They end
   * before a frame that depends on what becomes of those before it. None do where there is less
   * than the head of a frame.
   *
   * @param most so many at most are wanted
   * @throws Http2Exception if the next frame must not come
   */
  int read(ByteBuf bytes, int most) throws Http2Exception {
    streams.settle();
    int count = pass(0, most);
    while (bytesLeft == 0 && count < most && bytes.readableBytes() - count >= HEAD_BYTES) {
      if (count > 0 && (refused ? !isForRefused(bytes, count) : dependsOnEarlier(bytes, count))) {
        return count;
      }
      readHead(bytes, count);
      count = pass(count, most);
    }
    return count;
  }

  /** Returns whether what was read last is part of a frame that is not for Netty. */
  boolean isRefused() {
    return refused;
  }

  private int pass(int count, int most) {
    int passed = Math.min(bytesLeft, most - count);
    bytesLeft -= passed;
    return count + passed;
  }

  private boolean dependsOnEarlier(ByteBuf bytes, int offset) {
    int type = type(bytes, offset);
    int stream = stream(bytes, offset);
    return (type == Http2FrameTypes.HEADERS)
        ? !streams.isNew(stream)
        : needsStream(type) && (streams.wasRefused(stream) || streams.mayBeRefused(stream));
  }

  private boolean isForRefused(ByteBuf bytes, int offset) {
    return needsStream(type(bytes, offset))
        && !amongHeaders
        && streams.wasRefused(stream(bytes, offset));
  }

  /** Headers do not: they are decoded in any case, as those of other streams build upon them. */
  private static boolean needsStream(int type) {
    return type != Http2FrameTypes.HEADERS
        && type != Http2FrameTypes.CONTINUATION
        && type != Http2FrameTypes.PRIORITY;
  }

  /** All that this one depends on has been decoded. */
  private void readHead(ByteBuf bytes, int offset) throws Http2Exception {
    int length = bytes.getUnsignedMedium(bytes.readerIndex() + offset);
    int type = type(bytes, offset);
    refused = isForRefused(bytes, offset);
    if (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION) {
      int flags = bytes.getByte(bytes.readerIndex() + offset + FLAGS_AT);
      amongHeaders = (flags & END_HEADERS) == 0;
    }
    if (type == Http2FrameTypes.HEADERS) {
      streams.open(stream(bytes, offset));
    } else if (refused && type == Http2FrameTypes.DATA) {
      streams.takeBack(length);
    }
    bytesLeft = (length == PREFACE_BEGIN) ? PREFACE_BYTES : HEAD_BYTES + length;
  }

  private static int type(ByteBuf bytes, int offset) {
    return bytes.getByte(bytes.readerIndex() + offset + TYPE_AT);
  }

  /** The highest bit says nothing. */
  private static int stream(ByteBuf bytes, int offset) {
    return bytes.getInt(bytes.readerIndex() + offset + STREAM_AT) & Integer.MAX_VALUE;
  }
}
