package dev.refrain.gateway;

import java.nio.ByteBuffer;

/** Knows whether a stream of events, as far as it was sent, ends between two of them. */
final class EventTail {
  private static final int BLANK_LINE = 0x0A0A; // "\n\n", as the last two bytes
  private static final int BLANK_LINE_CRLF = 0x0D0A0D0A;

  private int last; // four bytes
  private boolean begun;

  void see(ByteBuffer chunk) {
    for (int i = Math.max(chunk.position(), chunk.limit() - Integer.BYTES);
        i < chunk.limit();
        i++) {
      last = last << Byte.SIZE | (chunk.get(i) & 0xFF);
    }
    begun |= chunk.hasRemaining();
  }

  boolean isBetweenEvents() {
    return !begun || (last & 0xFFFF) == BLANK_LINE || last == BLANK_LINE_CRLF;
  }
}
