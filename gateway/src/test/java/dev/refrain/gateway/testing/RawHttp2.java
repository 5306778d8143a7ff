package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One side of a connection that sends any frames of HTTP/2 it is told to, and hears the other. */
public final class RawHttp2 implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_LENGTH = 5;
  private static final int HEAD_LENGTH = 9;
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final RawClient client;
  private final DataInputStream in;

  private RawHttp2(RawClient client) {
    this.client = client;
    this.in = new DataInputStream(client.in());
  }

  /** A frame that came, without what it says of priorities. */
  public record Frame(int type, int flags, int stream, byte[] payload) {}

  /** Connects, knowing that the other side speaks HTTP/2. */
  public static RawHttp2 on(RawClient client) throws IOException {
    client.send(PREFACE);
    return begin(client);
  }

  /** Connects by HTTP/1.1; the request by which that is left is answered on the first stream. */
  public static RawHttp2 upgrade(RawClient client, String path) throws IOException {
    client.send(
        Wire.get(
            path,
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAAP__"));
    client.readInterimHead();
    return on(client);
  }

  /** Hears what is said to one who says all by himself. */
  public static RawHttp2 hear(RawClient client) {
    return new RawHttp2(client);
  }

  /** Returns what a client says first. */
  public static byte[] preface() {
    return PREFACE.clone();
  }

  /** Lets somebody connect who knows that this side speaks HTTP/2. */
  public static RawHttp2 accept(ServerSocket server) throws IOException {
    var client = RawClient.over(server.accept());
    client.in().skipNBytes(PREFACE.length);
    return begin(client);
  }

  private static RawHttp2 begin(RawClient client) throws IOException {
    var connection = new RawHttp2(client);
    connection.send(SETTINGS, 0, 0, new byte[0]);
    connection.send(SETTINGS, ACK, 0, new byte[0]);
    return connection;
  }

  /** Sends a frame. */
  public RawHttp2 send(int type, int flags, int stream, byte... payload) throws IOException {
    client.send(frame(type, flags, stream, payload));
    return this;
  }

  /** Returns a frame as bytes. */
  public static byte[] frame(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(HEAD_LENGTH + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Returns the block of a request's headers: names and values in turn. */
  public static byte[] headers(String method, String path, String... more) {
    var block = new ByteArrayOutputStream();
    field(block, ":method", method);
    field(block, ":scheme", "http");
    field(block, ":path", path);
    field(block, ":authority", "refrain.test");
    block.writeBytes(trailers(more));
    return block.toByteArray();
  }

  /** Returns the block of what follows a request's body: names and values in turn. */
  public static byte[] trailers(String... fields) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      field(block, fields[i], fields[i + 1]);
    }
    return block.toByteArray();
  }

  /** Neither packed nor remembered; names and values are short here. */
  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    block.write(name.length());
    block.writeBytes(name.getBytes(US_ASCII));
    block.write(value.length());
    block.writeBytes(value.getBytes(US_ASCII));
  }

  /** Returns the next frame. */
  public Frame read() throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    int type = lengthAndType & 0xff;
    var payload = in.readNBytes(lengthAndType >>> 8);
    boolean prioritized = type == HEADERS && (flags & PRIORITY) != 0;
    int from = prioritized ? PRIORITY_LENGTH : 0;
    return new Frame(type, flags, stream, Arrays.copyOfRange(payload, from, payload.length));
  }

  /** Returns the next frame of a type. */
  public Frame await(int type) throws IOException {
    var frame = read();
    while (frame.type() != type) {
      frame = read();
    }
    return frame;
  }

  /** Reads to the end of the connection, and returns the code of its farewell, or -1 if none. */
  public int awaitEnd() {
    int code = -1;
    try {
      while (true) {
        var frame = read();
        if (frame.type() == GOAWAY) {
          code = ByteBuffer.wrap(frame.payload()).getInt(4);
        }
      }
    } catch (EOFException e) {
      return code;
    } catch (IOException e) {
      return code; // by a reset
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
