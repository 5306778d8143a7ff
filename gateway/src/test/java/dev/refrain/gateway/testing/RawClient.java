package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A client that says exactly what it is told to, and hears exactly what is said. */
public final class RawClient implements AutoCloseable {
  private static final int WAIT_MILLIS_MAX = 40_000; // only a broken test waits so long

  private static final int NARROW_BYTES = 4 << 10;

  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects. */
  public static RawClient to(int port) throws IOException {
    return over(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Connects, and has the system take in next to nothing that it has not read. */
  public static RawClient narrowTo(int port) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(NARROW_BYTES);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return over(socket);
  }

  /** Speaks over a connection, such as one with TLS. */
  public static RawClient over(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(WAIT_MILLIS_MAX);
    return new RawClient(socket);
  }

  /** Sends bytes as they are. */
  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Sends text as it is. */
  public RawClient send(String text) throws IOException {
    return send(text.getBytes(UTF_8));
  }

  /** Returns where to write at length. */
  public OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  /** Returns what comes, undigested. */
  public InputStream in() {
    return in;
  }

  /** Says that nothing more will come, but goes on listening. */
  public RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Reads a reply that has a body if it says so. */
  public RawReply read() throws IOException {
    return readBody(readHead());
  }

  /** Reads one head, be it of an interim reply. */
  public Head readInterimHead() throws IOException {
    return Head.read(in);
  }

  /** Reads a head; bodies are for the caller. */
  public Head readHead() throws IOException {
    var head = Head.read(in);
    while (head.line().startsWith("HTTP/1.1 1")) {
      head = Head.read(in); // an interim reply
    }
    return head;
  }

  /** Reads a reply to a request by HEAD. */
  public RawReply readBodiless() throws IOException {
    return new RawReply(readHead(), new byte[0], true);
  }

  /** Reads the body that belongs to a head, as far as it comes. */
  public RawReply readBody(Head head) throws IOException {
    return RawReply.readBody(head, in);
  }

  /** Returns the body that belongs to a head. */
  public InputStream body(Head head) {
    return RawReply.body(head, in);
  }

  /** Returns whether the other side ends the connection, with nothing more to say. */
  public boolean isHungUpOn() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // by a reset
    }
  }

  /** Sends a request and reads the reply. */
  public RawReply call(byte[] request) throws IOException {
    return send(request).read();
  }

  /** Ends the connection with a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
