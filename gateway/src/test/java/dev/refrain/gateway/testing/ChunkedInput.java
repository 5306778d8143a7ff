package dev.refrain.gateway.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;

/** The content of a chunked body; strict, and not one byte is read beyond its end. */
final class ChunkedInput extends InputStream {
  private final InputStream in;
  private final boolean mayHaveTrailers;
  private int left;
  private boolean begun;
  private boolean ended;

  /** Trailers are passed over, if there may be any. */
  ChunkedInput(InputStream in, boolean mayHaveTrailers) {
    this.in = in;
    this.mayHaveTrailers = mayHaveTrailers;
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
    if (left == 0 && !ended) {
      beginChunk();
    }
    if (ended) {
      return -1;
    }
    int count = in.read(bytes, offset, Math.min(length, left));
    if (count < 0) {
      throw new EOFException("ended within a chunk");
    }
    left -= count;
    return count;
  }

  private void beginChunk() throws IOException {
    if (begun && !Head.readLine(in).isEmpty()) {
      throw new IOException("a chunk without an end");
    }
    begun = true;
    left = HexFormat.fromHexDigits(Head.readLine(in));
    if (left == 0) {
      ended = true;
      while (!Head.readLine(in).isEmpty()) {
        if (!mayHaveTrailers) {
          throw new IOException("trailers, which nobody sends here");
        }
      }
    }
  }
}
