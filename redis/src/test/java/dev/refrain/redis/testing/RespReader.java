package dev.refrain.redis.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads values of RESP2 and RESP3, one at a time, as they came. */
final class RespReader {
  private final InputStream in;
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

  private RespReader(InputStream in) {
    this.in = in;
  }

  /** Returns one whole value in its own bytes. */
  static byte[] next(InputStream in) throws IOException {
    var reader = new RespReader(in);
    reader.value();
    return reader.taken.toByteArray();
  }

  /** Returns one whole value as text. */
  static String text(InputStream in) throws IOException {
    return new String(next(in), UTF_8);
  }

  private void value() throws IOException {
    var line = line();
    switch (line.charAt(0)) {
      case '+', '-', ':', '_', ',', '#', '(' -> {} // the line is all
      case '$', '!', '=' -> bytes(Integer.parseInt(line.substring(1)));
      case '*', '~', '>' -> values(Integer.parseInt(line.substring(1)));
      case '%' -> values(2 * Integer.parseInt(line.substring(1)));
      default -> throw new IOException("not RESP: " + line);
    }
  }

  private void values(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      value();
    }
  }

  private void bytes(int length) throws IOException {
    if (length >= 0) {
      var bytes = in.readNBytes(length + 2);
      if (bytes.length < length + 2) {
        throw new EOFException("in the middle of a value");
      }
      taken.write(bytes);
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("in the middle of a line, or before it");
      }
      line.write(next);
      if (next == '\n') {
        taken.write(line.toByteArray());
        return line.toString(ISO_8859_1).stripTrailing();
      }
    }
  }
}
