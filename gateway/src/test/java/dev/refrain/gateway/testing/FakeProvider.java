package dev.refrain.gateway.testing;

import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An origin of HTTP/1.1 on a bare socket that does to each call what a test tells it to, byte by
 * byte. A call that is not expected, an expected one that does not come, and an act that fails all
 * fail the test when the provider is closed. Thread-safe.
 */
public final class FakeProvider implements AutoCloseable {
  private final ServerSocket server;
  private final Reception reception;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Queue<Act> expected = new ArrayDeque<>(); // guarded by this, as all below is
  private final List<Exchange> exchanges = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private @Nullable Act otherwise;
  private int connectionsAccepted;
  private int underWay;
  private boolean closed;

  /** What is done to a call. */
  @FunctionalInterface
  public interface Act {
    /** Reads of the request what it likes, and answers as it likes. */
    void play(Exchange exchange) throws IOException, InterruptedException;
  }

  /** How a connection is received before anything is said on it. */
  @FunctionalInterface
  private interface Reception {
    Socket receive(Socket connected) throws IOException, InterruptedException;
  }

  private FakeProvider(ServerSocket server, Reception reception) {
    this.server = server;
    this.reception = reception;
  }

  /** Returns a provider that listens. */
  public static FakeProvider start() throws IOException {
    return listeningOn(0);
  }

  /** Returns a provider that listens on a port; 0 for any. */
  public static FakeProvider listeningOn(int port) throws IOException {
    return listeningOn(port, connected -> connected);
  }

  /**
   * Returns a provider behind TLS. Who connects has no connection with which he could do anything
   * before a gate is open.
   */
  public static FakeProvider behindTls(SSLContext proof, Gate gate) throws IOException {
    return listeningOn(
        0,
        connected -> {
          gate.pass();
          var socket = (SSLSocket) proof.getSocketFactory().createSocket(connected, null, -1, true);
          socket.setUseClientMode(false);
          return socket;
        });
  }

  private static FakeProvider listeningOn(int port, Reception reception) throws IOException {
    var server = new ServerSocket(port, 2000, InetAddress.getLoopbackAddress());
    var provider = new FakeProvider(server, reception);
    Thread.ofVirtual().name("provider").start(provider::accept);
    return provider;
  }

  /** Returns where it listens. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Expects one more call, after those expected already. */
  public synchronized void next(Act act) {
    expected.add(act);
  }

  /** Expects one more call, and replies when the request is there. */
  public void next(byte[] reply) {
    next(Acts.reply(reply));
  }

  /** Does this to all calls that are not expected. */
  public synchronized void otherwise(Act act) {
    otherwise = act;
  }

  /** Returns how many calls have come. */
  public synchronized int calls() {
    return exchanges.size();
  }

  /** Returns a call, counted from 0. */
  public synchronized Exchange call(int index) {
    return exchanges.get(index);
  }

  /** Returns how many calls are still being played. */
  public synchronized int underWay() {
    return underWay;
  }

  /** Returns how many connections are open. */
  public int connections() {
    return connections.size();
  }

  /** Waits until so many calls have come. */
  public void awaitCalls(int count) throws InterruptedException {
    Poll.until(count + " calls", () -> calls() >= count);
  }

  /** Waits until so many connections are open. */
  public void awaitConnections(int count) throws InterruptedException {
    Poll.until(count + " open connections", () -> connections() == count);
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.add(socket);
        int number = number();
        Thread.ofVirtual().name("provider").start(() -> serve(socket, number));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private synchronized int number() {
    return ++connectionsAccepted;
  }

  private void serve(Socket connected, int number) {
    try (var socket = reception.receive(connected)) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (hasMore(in)) {
        var exchange = new Exchange(socket, in, Head.read(in), number);
        play(exchange);
        if (socket.isClosed()) {
          return;
        }
        exchange.readBody();
      }
    } catch (EOFException | SocketException e) {
      // the caller hung up, which a test sees by other means
    } catch (IOException e) {
      fault(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connected);
    }
  }

  private static boolean hasMore(InputStream in) throws IOException {
    in.mark(1);
    boolean more = in.read() >= 0;
    if (more) {
      in.reset();
    }
    return more;
  }

  private void play(Exchange exchange) throws IOException, InterruptedException {
    try {
      act(exchange).play(exchange);
    } catch (AssertionError e) {
      fault(e.getMessage());
      exchange.close();
    } finally {
      ended();
    }
  }

  private synchronized void ended() {
    underWay--;
  }

  private synchronized Act act(Exchange exchange) {
    exchanges.add(exchange);
    underWay++;
    var act = expected.isEmpty() ? otherwise : expected.remove();
    if (act == null) {
      throw new AssertionError("a call that was not expected: " + exchange.head().line());
    }
    return act;
  }

  private synchronized void fault(@Nullable String what) {
    if (!closed) {
      faults.add(String.valueOf(what));
    }
  }

  /** Stops listening, as a provider that is down; connections stay. */
  public void stopListening() throws IOException {
    server.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (this) {
      closed = true;
      if (!expected.isEmpty()) {
        faults.add(expected.size() + " expected calls did not come");
      }
    }
    for (var socket : connections) {
      socket.close();
    }
    if (!faults.isEmpty()) {
      throw new AssertionError("the provider complains: " + faults);
    }
  }
}
