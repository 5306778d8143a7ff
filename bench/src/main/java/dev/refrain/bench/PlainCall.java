package dev.refrain.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A call in the bytes of HTTP/1.1, for callers who are to cost next to nothing themselves. */
public final class PlainCall {
  private static final String LENGTH = "content-length: ";

  private PlainCall() {}

  /** Returns a chat call with this body. */
  public static byte[] of(byte[] body) {
    var head =
        String.join(
            "\r\n",
            "POST " + Chat.PATH + " HTTP/1.1",
            "host: 127.0.0.1",
            "authorization: Bearer sk-1",
            LENGTH + body.length,
            "\r\n");
    var whole = new ByteArrayOutputStream(head.length() + body.length);
    whole.writeBytes(head.getBytes(US_ASCII));
    whole.writeBytes(body);
    return whole.toByteArray();
  }

  /**
   * Reads the answer to its end.
   *
   * @throws IOException if it is none, or its status is not 200
   */
  public static void readAnswer(InputStream in) throws IOException {
    var status = line(in);
    int length = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(line.substring(LENGTH.length()));
      }
    }
    in.skipNBytes(length);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException("not served: " + status);
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("hung up");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
