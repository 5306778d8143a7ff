package dev.refrain.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ByteProcessor;
import java.util.function.LongConsumer;

/** The time at which an event was sent, written into its text: {@code @} and 19 digits. */
final class Stamp {
  private static final int DIGITS = 19;

  private final byte[] template;
  private final int lastDigit;

  /** On events of a dialect. */
  Stamp(Tongue tongue) {
    template = tongue.event("@" + "0".repeat(DIGITS));
    lastDigit = new String(template, US_ASCII).indexOf('@') + DIGITS;
  }

  /** Returns an event that is sent now. */
  ByteBuf now() {
    var event = template.clone();
    long rest = System.nanoTime();
    for (int i = lastDigit; rest > 0; i--) {
      event[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return Unpooled.wrappedBuffer(event);
  }

  /** Finds stamps in the bytes of a stream, wherever these are cut. */
  static final class Finder implements ByteProcessor {
    private final LongConsumer found;
    private int digits = DIGITS; // of the stamp that is being read; all, if none is
    private long nanos;

    Finder(LongConsumer found) {
      this.found = found;
    }

    @Override
    public boolean process(byte value) {
      if (value == '@') {
        digits = 0;
        nanos = 0;
      } else if (digits < DIGITS) {
        nanos = 10 * nanos + (value - '0');
        digits++;
        if (digits == DIGITS) {
          found.accept(nanos);
        }
      }
      return true;
    }
  }
}
