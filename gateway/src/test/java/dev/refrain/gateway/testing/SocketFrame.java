package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A frame of a WebSocket (RFC 6455, 5.2) as it came or goes. Those of a server are not masked.
 *
 * @param last whether it is the last of its message
 */
public record SocketFrame(boolean last, int kind, byte[] content) {
  public static final int CONTINUED = 0;
  public static final int TEXT = 1;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int LAST = 0x80;
  private static final int SHORT_MAX = 125;
  private static final int TWO_BYTES = 126;
  private static final int EIGHT_BYTES = 127;
  private static final int MASK_BYTES = 4;

  /** A text in one frame. */
  public static SocketFrame text(String text) {
    return new SocketFrame(true, TEXT, text.getBytes(UTF_8));
  }

  /** A farewell. */
  public static SocketFrame close(int code, String reason) {
    var words = reason.getBytes(UTF_8);
    var content = ByteBuffer.allocate(Short.BYTES + words.length).putShort((short) code).put(words);
    return new SocketFrame(true, CLOSE, content.array());
  }

  /** Returns the content as text. */
  public String text() {
    return new String(content, UTF_8);
  }

  /** Returns with which code a farewell was said. */
  public int code() {
    return Short.toUnsignedInt(ByteBuffer.wrap(content).getShort());
  }

  /** Returns how a server agrees to what a client has asked for. */
  public static byte[] agreement(Head asked) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      var hash = digest.digest((asked.get("sec-websocket-key") + GUID).getBytes(UTF_8));
      return Wire.head(
          "HTTP/1.1 101 Switching Protocols",
          "connection: Upgrade",
          "upgrade: websocket",
          "sec-websocket-accept: " + Base64.getEncoder().encodeToString(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads a frame of a client, and takes its mask off. */
  public static SocketFrame read(InputStream stream) throws IOException {
    var in = new DataInputStream(stream);
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    if (second < LAST) {
      throw new IOException("a client masks what it says");
    }
    var mask = new byte[MASK_BYTES];
    int length = length(in, second - LAST);
    in.readFully(mask);
    var content = in.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("ended within a frame");
    }
    for (int i = 0; i < length; i++) {
      content[i] ^= mask[i % MASK_BYTES];
    }
    return new SocketFrame(first >= LAST, first & (LAST - 1), content);
  }

  private static int length(DataInputStream in, int told) throws IOException {
    return switch (told) {
      case TWO_BYTES -> in.readUnsignedShort();
      case EIGHT_BYTES -> Math.toIntExact(in.readLong());
      default -> told;
    };
  }

  /** Reads the frames of one message, and returns its text. */
  public static String readText(InputStream stream) throws IOException {
    var text = new StringBuilder();
    var frame = read(stream);
    text.append(frame.text());
    while (!frame.last()) {
      frame = read(stream);
      text.append(frame.text());
    }
    return text.toString();
  }

  /** Returns the frame as a server writes it. */
  public byte[] bytes() {
    var head = ByteBuffer.allocate(MASK_BYTES).put((byte) (last ? LAST | kind : kind));
    if (content.length <= SHORT_MAX) {
      head.put((byte) content.length);
    } else {
      head.put((byte) TWO_BYTES).putShort((short) content.length);
    }
    return Wire.join(Arrays.copyOf(head.array(), head.position()), content);
  }
}
