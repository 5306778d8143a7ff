package dev.refrain.gateway.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The content of a body whose length is known; not one byte is read beyond its end. */
final class FixedInput extends InputStream {
  private final InputStream in;
  private long left;

  FixedInput(InputStream in, long length) {
    this.in = in;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new EOFException("ended " + left + " bytes too early");
    }
    left -= count;
    return count;
  }
}
