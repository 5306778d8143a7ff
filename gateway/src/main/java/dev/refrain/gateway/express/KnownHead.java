package dev.refrain.gateway.express;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The head of a request that was read before, but for the length of its body. */
final class KnownHead {
  /*
   * It is written as nearly all clients write it, from what was read, and so says nothing else: a
   * head that has these bytes is read in the same way again. One that is written in another way is
   * not found, and no harm is done. Whatever could mean that the body is no plain one of so many
   * bytes, or that something else is to happen on the connection, has no known head.
   */

  private static final int BYTES_MAX = 4096;
  private static final int LENGTH_DIGITS_MAX = 7;
  private static final String LENGTH = "content-length";
  private static final Set<String> TURNS =
      Set.of("transfer-encoding", "expect", "upgrade", "http2-settings", "te", "trailer");
  private static final Pattern PLAIN = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

  private final ByteBuf before; // the digits of the length
  private final ByteBuf after;

  private KnownHead(String before, String after) {
    this.before = bytes(before);
    this.after = bytes(after);
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A request whose head is known: so many bytes, and after them its body. */
  record Frame(int headBytes, int bodyBytes) {
    int bytes() {
      return headBytes + bodyBytes;
    }
  }

  /** Returns the head of HTTP/1.1 from which this was read, or null if it is not so plain. */
  static @Nullable KnownHead of(String method, String target, MultiMap headers) {
    var text = new StringBuilder();
    text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    int mark = -1;
    for (var header : headers) {
      var name = header.getKey();
      var value = header.getValue();
      if (isTurn(name, value)) {
        return null;
      }
      text.append(name).append(": ");
      if (!name.equalsIgnoreCase(LENGTH)) {
        text.append(value);
      } else if (mark >= 0) {
        return null;
      } else {
        mark = text.length();
      }
      text.append("\r\n");
      if (!PLAIN.matcher(value).matches() || text.length() > BYTES_MAX) {
        return null;
      }
    }
    return (mark < 0)
        ? null
        : new KnownHead(text.substring(0, mark), text.substring(mark) + "\r\n");
  }

  private static boolean isTurn(String name, String value) {
    return (name.equalsIgnoreCase("connection") && !value.equalsIgnoreCase("keep-alive"))
        || TURNS.stream().anyMatch(name::equalsIgnoreCase);
  }

  /** Returns how long the request is that begins here, or null if it does not begin with this. */
  @Nullable Frame frame(ByteBuf bytes) {
    int from = bytes.readerIndex();
    int at = from + before.readableBytes();
    int lengthMax = bytes.writerIndex() - after.readableBytes();
    if (at >= lengthMax || !ByteBufUtil.equals(bytes, from, before, 0, before.readableBytes())) {
      return null;
    }
    int length = 0;
    int end = at;
    for (int digit = digit(bytes, end); digit >= 0; digit = digit(bytes, end)) {
      length = 10 * length + digit;
      end++;
      if (length == 0 || end - at > LENGTH_DIGITS_MAX || end > lengthMax) {
        return null;
      }
    }
    boolean same = end > at && ByteBufUtil.equals(bytes, end, after, 0, after.readableBytes());
    return same ? new Frame(end + after.readableBytes() - from, length) : null;
  }

  private static int digit(ByteBuf bytes, int index) {
    int character = bytes.getByte(index);
    return (character >= '0' && character <= '9') ? character - '0' : -1;
  }
}
