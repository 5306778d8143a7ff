package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/**
 * A reply as it came.
 *
 * @param body as far as it came
 * @param whole whether it came to the end that its head or its chunks promised
 */
public record RawReply(Head head, byte[] body, boolean whole) {
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  /** Reads a reply that has a body if it says so. */
  public static RawReply read(InputStream in) throws IOException {
    return readBody(Head.read(in), in);
  }

  static RawReply readBody(Head head, InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    try {
      body(head, in).transferTo(body);
      return new RawReply(head, body.toByteArray(), true);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return new RawReply(head, body.toByteArray(), false);
    }
  }

  static InputStream body(Head head, InputStream in) {
    int status = status(head);
    if (status == NO_CONTENT || status == NOT_MODIFIED) {
      return InputStream.nullInputStream();
    }
    if (head.get("transfer-encoding").equalsIgnoreCase("chunked")) {
      return new ChunkedInput(in, false);
    }
    var length = head.get("content-length");
    return length.isEmpty() ? in : new FixedInput(in, Long.parseLong(length));
  }

  /** Returns the status. */
  public int status() {
    return status(head);
  }

  private static int status(Head head) {
    return Integer.parseInt(head.line().split(" ", 3)[1]);
  }

  /** Returns the first value of a header, or "" if there is none. */
  public String header(String name) {
    return head.get(name);
  }

  /** Returns how the answer was come by. */
  public String cacheStatus() {
    return head.get("cache-status");
  }

  /** Returns whether it came from the cache. */
  public boolean isHit() {
    return cacheStatus().startsWith("refrain; hit");
  }

  /** Returns the body as text. */
  public String text() {
    return new String(body, UTF_8);
  }

  @Override
  public String toString() {
    return head.line() + " " + head.fields() + (whole ? " " : " broke off after ") + text();
  }
}
