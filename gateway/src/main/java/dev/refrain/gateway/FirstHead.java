package dev.refrain.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** The first head on a connection, which is held back until it is all there. Not thread-safe. */
final class FirstHead {
  /*
   * The server lays its pipes at the first byte: most of what a connection costs, in time and in
   * memory. For a head that never comes to its end they are not laid.
   *
   * Nothing is judged here. Whatever is not plainly the beginning of a head of HTTP/1 goes on to
   * the server at once, to be refused there, and so does one that is too long to be held, and all
   * that follows.
   */

  private static final int BYTES_FIRST = 128;
  private static final int BYTES_MAX = 1 << 10;
  private static final String END = "\r\n\r\n";
  private static final int LINE = 2; // so much of the end is the end of a line
  private static final long VERSION = 0x48_54_54_50_2f_31_2eL; // "HTTP/1."

  private @Nullable ByteBuf held;
  private int ending; // so many bytes of the end have come
  private long last; // the last eight bytes of the first line
  private boolean lineRead; // the first one
  private boolean over; // something has gone on

  /** Takes bytes over, and returns what is to be passed on now; null if more must come before. */
  @Nullable ByteBuf add(ByteBuf bytes, ByteBufAllocator memory) {
    int size = bytes.readableBytes() + ((held == null) ? 0 : held.readableBytes());
    over = over || size > BYTES_MAX || bytes.forEachByte(this::isWithin) >= 0;
    if (held == null && over) {
      return bytes; // as nearly always: it came as a whole
    }
    var all = (held == null) ? memory.buffer(BYTES_FIRST) : held;
    all.writeBytes(bytes);
    bytes.release();
    held = over ? null : all;
    return over ? all : null;
  }

  private boolean isWithin(byte character) {
    if (character == END.charAt(ending)) {
      ending++;
      return ending < END.length() && (ending != LINE || endLine());
    }
    boolean inLine = ending % LINE == 0; // not between CR and LF
    ending = 0;
    last = last << Byte.SIZE | character;
    return inLine && ((character >= ' ' && character < 0x7f) || character == '\t');
  }

  /** Returns whether more is to come after this line. */
  private boolean endLine() {
    boolean plain = lineRead || last >>> Byte.SIZE == VERSION; // and one more digit
    lineRead = true;
    return plain;
  }

  boolean isHeld() {
    return held != null;
  }

  /** Forgets what is held. */
  void drop() {
    if (held != null) {
      held.release();
      held = null;
    }
  }
}
