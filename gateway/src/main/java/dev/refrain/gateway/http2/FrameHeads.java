package dev.refrain.gateway.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Follows what a client sends from frame to frame, and stops where one comes with headers for a
 * stream that is not new. For one connection of HTTP/2, on its event loop.
 */
final class FrameHeads {
  private static final int HEAD_BYTES = 9;
  private static final int PREFACE_BYTES = 24;
  private static final int PREFACE_BEGIN = 'P' << 16 | 'R' << 8 | 'I'; // as a length: too much
  private static final int TYPE_AT = 3;
  private static final int STREAM_AT = 5;

  private final StreamNumbers streams;
  private int bytesToSkip;
  private int headRead; // how many bytes of it
  private int length;
  private int type;
  private int stream;

  FrameHeads(StreamNumbers streams) {
    this.streams = streams;
  }

  /**
   * Returns how many of the next bytes can be decoded at once. They end before the last byte of the
   * head of a frame that depends on what became of those before it; and when that byte is the first
   * one, these have been decoded.
   *
   * @throws Http2Exception if that frame must not come
   */
  int read(ByteBuf bytes, int most) throws Http2Exception {
    int count = 0;
    while (count < most) {
      if (bytesToSkip > 0) {
        int skipped = Math.min(bytesToSkip, most - count);
        bytesToSkip -= skipped;
        count += skipped;
        continue;
      }
      int next = bytes.getUnsignedByte(bytes.readerIndex() + count);
      if (headRead == HEAD_BYTES - 1 && type == Http2FrameTypes.HEADERS) {
        int opened = number(stream, next);
        if (!streams.isNew(opened)) {
          if (count > 0) {
            return count;
          }
          streams.checkOld(opened);
        }
      }
      readHead(next);
      count++;
    }
    return count;
  }

  private void readHead(int next) {
    if (headRead < TYPE_AT) {
      length = length << Byte.SIZE | next;
    } else if (headRead == TYPE_AT) {
      type = next;
    } else if (headRead >= STREAM_AT) {
      stream = number(stream, next);
    }
    headRead++;
    if (headRead == HEAD_BYTES) {
      if (type == Http2FrameTypes.HEADERS) {
        streams.open(stream);
      }
      bytesToSkip = (length == PREFACE_BEGIN) ? PREFACE_BYTES - HEAD_BYTES : length;
      headRead = 0;
      length = 0;
      stream = 0;
    }
  }

  /** The highest bit says nothing. */
  private static int number(int before, int next) {
    return (before << Byte.SIZE | next) & Integer.MAX_VALUE;
  }
}
