package dev.refrain.gateway.portage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines, of which none takes more memory than it may. For one thread. */
final class Lines {
  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;
  private final int bytesMax;
  private long number;

  /** A line, without its end; or of one that is too long, no bytes. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Line(long number, byte[] bytes, boolean isTooLong) {
    boolean isBlank() {
      for (byte one : bytes) {
        if (one != ' ' && one != '\t' && one != '\r') {
          return false;
        }
      }
      return !isTooLong;
    }
  }

  Lines(InputStream in, int bytesMax) {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
    this.bytesMax = bytesMax;
  }

  /** Returns the next line; null if there is none. */
  @Nullable Line next() throws IOException {
    var bytes = new ByteArrayOutputStream();
    boolean isTooLong = false;
    int one = in.read();
    if (one < 0) {
      return null;
    }
    number++;
    for (; one >= 0 && one != '\n'; one = in.read()) {
      isTooLong |= bytes.size() == bytesMax;
      if (!isTooLong) {
        bytes.write(one);
      }
    }
    return new Line(number, isTooLong ? new byte[0] : bytes.toByteArray(), isTooLong);
  }
}
