package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes messages of HTTP/1.1 as bytes. */
public final class Wire {
  private static final int OK = 200;

  private Wire() {}

  /** A reply with its length. */
  public static byte[] reply(int status, String body, String... headers) {
    return reply(status, body.getBytes(UTF_8), headers);
  }

  /** A reply with its length. */
  public static byte[] reply(int status, byte[] body, String... headers) {
    var length = "content-length: " + body.length;
    return join(head("HTTP/1.1 " + status + " Whatever", length, headers), body);
  }

  /** JSON with its length. */
  public static byte[] json(String body, String... headers) {
    return json(OK, body, headers);
  }

  /** JSON with its length. */
  public static byte[] json(int status, String body, String... headers) {
    return reply(status, body, with("content-type: application/json", headers));
  }

  /** A stream of events, a chunk each. */
  public static byte[] stream(List<String> events, String... headers) {
    var type = with("content-type: text/event-stream; charset=utf-8", headers);
    var chunks = events.stream().map(event -> event.getBytes(UTF_8)).toList();
    return chunked(OK, chunks, type);
  }

  /** A reply in chunks. */
  public static byte[] chunked(int status, List<byte[]> chunks, String... headers) {
    var out = new ByteArrayOutputStream();
    var line = "HTTP/1.1 " + status + " Whatever";
    out.writeBytes(head(line, "transfer-encoding: chunked", headers));
    chunks.forEach(chunk -> out.writeBytes(chunk(chunk)));
    out.writeBytes("0\r\n\r\n".getBytes(UTF_8));
    return out.toByteArray();
  }

  /** One chunk of a chunked body. */
  public static byte[] chunk(byte[] content) {
    var size = (Integer.toHexString(content.length) + "\r\n").getBytes(UTF_8);
    return join(size, content, "\r\n".getBytes(UTF_8));
  }

  /** A request with its length. */
  public static byte[] post(String path, String body, String... headers) {
    return post(path, body.getBytes(UTF_8), headers);
  }

  /** A request with its length. */
  public static byte[] post(String path, byte[] body, String... headers) {
    var more = with("content-length: " + body.length, headers);
    return join(head("POST " + path + " HTTP/1.1", "host: refrain.test", more), body);
  }

  /** A request without a body. */
  public static byte[] get(String path, String... headers) {
    return head("GET " + path + " HTTP/1.1", "host: refrain.test", headers);
  }

  /** A head, with the empty line at its end. */
  public static byte[] head(String line, String first, String... headers) {
    var head = new StringBuilder(line).append("\r\n").append(first).append("\r\n");
    for (var header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(UTF_8);
  }

  /** All parts in one. */
  public static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static String[] with(String first, String... more) {
    var all = new String[more.length + 1];
    all[0] = first;
    System.arraycopy(more, 0, all, 1, more.length);
    return all;
  }
}
