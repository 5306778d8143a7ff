package dev.refrain.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** What is said over HTTP/2 by those who mean harm. */
final class Frames {
  /** How far the numbers of streams go on in a turn of 20, as those of clients are odd. */
  static final int A_TURN = 40;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;
  private static final int END_OF_HEADERS = 4;
  private static final int END_OF_STREAM_AND_HEADERS = 5;
  private static final int HEAD_BYTES = 9;

  /** By HPACK's table: GET, http, /, and an authority. */
  private static final byte[] BLOCK = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'x'};

  private Frames() {}

  /** Returns the first words on a connection. */
  static byte[] preface() {
    return join("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII), settings());
  }

  static byte[] get(int stream) {
    return frame(HEADERS, END_OF_STREAM_AND_HEADERS, stream, BLOCK);
  }

  /** Begins a request whose body is still to come. */
  static byte[] begin(int stream) {
    return frame(HEADERS, END_OF_HEADERS, stream, BLOCK);
  }

  /** Begins headers that go on in the next frame. */
  static byte[] beginHeaders(int stream) {
    return frame(HEADERS, 0, stream, BLOCK);
  }

  static byte[] nothingMoreOfHeaders(int stream) {
    return frame(CONTINUATION, 0, stream, new byte[0]);
  }

  static byte[] nothingOfBody(int stream) {
    return frame(DATA, 0, stream, new byte[0]);
  }

  static byte[] reset(int stream) {
    return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}); // CANCEL
  }

  /** Returns a reset of what was opened a turn ago, if anything was. */
  static byte[] resetOfLastTurn(int stream) {
    return (stream > A_TURN) ? reset(stream - A_TURN) : new byte[0];
  }

  /** Returns room for so many bytes more; none at all is an error. */
  static byte[] room(int stream, int bytes) {
    return frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  static byte[] ping() {
    return frame(PING, 0, 0, new byte[8]);
  }

  static byte[] settings() {
    return frame(SETTINGS, 0, 0, new byte[0]);
  }

  static byte[] priority(int stream) {
    return frame(PRIORITY, 0, stream, new byte[] {0, 0, 0, 0, 1});
  }

  static byte[] join(byte[]... parts) {
    var whole = new ByteArrayOutputStream();
    for (var part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(HEAD_BYTES + payload.length)
        .put((byte) 0)
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
