package dev.refrain.gateway.express;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Where requests with one head are answered whose answers lie ready. For one event loop. */
@FunctionalInterface
public interface Desk {
  /** Returns the whole answer to a body, or null if that is for others to give. */
  @Nullable ByteBuf answer(byte[] body, ByteBufAllocator allocator);
}
