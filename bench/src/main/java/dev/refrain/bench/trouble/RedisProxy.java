package dev.refrain.bench.trouble;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a gateway and Redis, and lets their connections suffer. */
final class RedisProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile int target;
  private volatile boolean isRefusing;
  private volatile Treatment treatment = RedisProxy::pass;

  /** What becomes of a reply. */
  interface Treatment {
    void treat(byte[] reply, OutputStream out) throws IOException;
  }

  private RedisProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Listens on a port, before the Redis on another. */
  static RedisProxy start(int port, int target) throws IOException {
    var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    var proxy = new RedisProxy(listener, target);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  /** Passes a reply on as it is. */
  static void pass(byte[] reply, OutputStream out) throws IOException {
    out.write(reply);
  }

  /** Does this to each reply from now on. */
  void treat(Treatment treatment) {
    this.treatment = treatment;
  }

  /** Cuts all connections, and each new one at once, or no more. */
  void refuse(boolean refuse) throws IOException {
    isRefusing = refuse;
    for (var socket : sockets) {
      socket.close();
    }
  }

  /** Leads new connections to another server. */
  void leadTo(int port) {
    target = port;
  }

  /** Returns how many connections there were. */
  int connections() {
    return connections.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        connections.incrementAndGet();
        if (isRefusing) {
          client.close();
        } else {
          connect(client);
        }
      } catch (IOException e) {
        // closed, or the server is away, as its client sees
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      client.close();
      throw e;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(server);
    Thread.ofVirtual()
        .start(() ->
            end(
                client,
                server,
                () -> client.getInputStream().transferTo(server.getOutputStream())));
    Thread.ofVirtual().start(() -> end(client, server, () -> answer(server, client)));
  }

  private interface Work {
    void run() throws IOException;
  }

  private void end(Socket client, Socket server, Work work) {
    try (client;
        server) {
      work.run();
    } catch (IOException e) {
      // either end is gone, and now both are
    } finally {
      sockets.remove(client);
      sockets.remove(server);
    }
  }

  private void answer(Socket server, Socket client) throws IOException {
    var in = new BufferedInputStream(server.getInputStream(), 1 << 16);
    while (true) {
      var said = reply(in);
      treatment.treat(said, client.getOutputStream()); // as it is now, after the wait
    }
  }

  /** Returns one whole reply in its own bytes. */
  static byte[] reply(InputStream in) throws IOException {
    var taken = new ByteArrayOutputStream();
    take(in, taken);
    return taken.toByteArray();
  }

  private static void take(InputStream in, ByteArrayOutputStream taken) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      taken.write(next);
      line.append((char) next);
    }
    taken.write('\n');
    char kind = line.charAt(0);
    if (kind == '$' || kind == '*') {
      int count = Integer.parseInt(line.substring(1).strip());
      if (kind == '$' && count >= 0) {
        taken.writeBytes(in.readNBytes(count + 2));
      }
      for (int i = 0; kind == '*' && i < count; i++) {
        take(in, taken);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    refuse(true);
  }
}
