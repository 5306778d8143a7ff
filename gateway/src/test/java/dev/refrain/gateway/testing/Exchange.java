package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** One call of a {@link FakeProvider}: the request, and the wire on which to answer. */
public final class Exchange {
  private final Socket socket;
  private final Head head;
  private final int connection;
  private final InputStream in;
  private final InputStream body;
  private byte[] read = {};
  private boolean raw;
  private volatile String failure = "";

  Exchange(Socket socket, InputStream in, Head head, int connection) {
    this.socket = socket;
    this.in = in;
    this.head = head;
    this.connection = connection;
    if (head.get("transfer-encoding").equalsIgnoreCase("chunked")) {
      body = new ChunkedInput(in, true);
    } else {
      var length = head.get("content-length");
      body = new FixedInput(in, length.isEmpty() ? 0 : Long.parseLong(length));
    }
  }

  /** Returns the head of the request. */
  public Head head() {
    return head;
  }

  /** Returns on which connection the request came, counted from 1. */
  public int connection() {
    return connection;
  }

  /** Returns the request's body, as far as it was not read yet. */
  public InputStream body() {
    return body;
  }

  /** Returns what comes on the connection, undigested: after an upgrade, that is no HTTP. */
  public InputStream in() {
    return in;
  }

  /** Reads the request's body as it came on the connection, chunks, trailers and all. */
  public byte[] readRaw(int length) throws IOException {
    raw = true;
    read = in.readNBytes(length);
    return read;
  }

  /** Reads the request's body as it came on the connection, to where some text comes first. */
  public String readRawTo(String end) throws IOException {
    raw = true;
    var text = new StringBuilder();
    while (text.indexOf(end, text.length() - end.length()) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("after " + text);
      }
      text.append((char) next);
    }
    read = text.toString().getBytes(ISO_8859_1);
    return text.toString();
  }

  /** Reads the request's body to its end. */
  public byte[] readBody() throws IOException {
    if (raw) {
      return read;
    }
    try {
      var rest = body.readAllBytes();
      if (rest.length > 0) {
        read = rest;
      }
      return read;
    } catch (IOException e) {
      failure = e.toString();
      throw e;
    }
  }

  /** Returns why the request could not be read to its end, or "" if it could. */
  public String failure() {
    return failure;
  }

  /** Returns the body that {@link #readBody} has read, as text. */
  public String text() {
    return new String(read, UTF_8);
  }

  /** Sends bytes as they are. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Sends text as it is. */
  public void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  /** Returns where to write at length. */
  public OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  /** Ends the connection in order, wherever the reply is. */
  public void close() throws IOException {
    socket.close();
  }

  /** Ends the connection with a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Returns once the caller has hung up. */
  public void awaitHangUp() {
    try {
      while (socket.getInputStream().read() >= 0) {
        // more of a request than the act wanted
      }
    } catch (IOException e) {
      // by a reset, then
    }
  }
}
