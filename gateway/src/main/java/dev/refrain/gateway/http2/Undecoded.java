package dev.refrain.gateway.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * What Netty has still to decode of the piece that it is given. For one connection of HTTP/2, on
 * its event loop.
 *
 * <p>Netty goes on decoding when the connection was closed for what it has decoded. Each frame is
 * an error of the whole connection then.
 */
final class Undecoded implements ByteToMessageDecoder.Cumulator {
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  @Override
  public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf before, ByteBuf piece) {
    release();
    bytes = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, piece);
    return bytes.retain(); // Netty lets go of it as soon as it is decoded
  }

  void drop() {
    bytes.skipBytes(bytes.readableBytes());
  }

  /** All was decoded that can be without the next piece. */
  void release() {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
