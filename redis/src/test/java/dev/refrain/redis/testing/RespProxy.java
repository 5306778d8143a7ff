package dev.refrain.redis.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Stands between a client and a server, and does to the replies what a test wants. */
public final class RespProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket listener;
  private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Meddler meddler = Meddler.HONEST;
  private volatile boolean isRefusing;

  /** What becomes of a reply. One is made for each connection and used by one thread. */
  @FunctionalInterface
  public interface Meddler {
    /** Passes all on. */
    Meddler HONEST = (connection, reply) -> List.of(reply);

    /** Answers nothing any more, and keeps connections open. */
    Meddler BLACK_HOLE = (connection, reply) -> List.of();

    /** Returns what is sent instead of this reply. */
    List<byte[]> replies(int connection, byte[] reply);

    /** Holds up each reply. */
    static Meddler slow(long millis) {
      return (connection, reply) -> {
        LockSupport.parkNanos(millis * 1_000_000);
        return List.of(reply);
      };
    }

    /**
     * Now and then drops a reply of at least this size, or sends it twice, or after the next one,
     * be that on another connection.
     */
    static Meddler confused(Random random, int oneOf, int bytesMin) {
      var held = new ConcurrentLinkedQueue<byte[]>();
      return (connection, reply) -> {
        if (reply.length < bytesMin) {
          return List.of(reply);
        }
        var sent = new ArrayList<byte[]>();
        synchronized (random) {
          switch (random.nextInt(8 * oneOf)) {
            case 0 -> {}
            case 1, 2, 3 -> sent.addAll(List.of(reply, reply));
            case 4, 5, 6, 7 -> held.add(reply);
            default -> sent.add(reply);
          }
          var late =
              sent.isEmpty() ? null : held.poll(); // of any connection: it may be a stranger's
          if (late != null) {
            sent.add(late);
          }
        }
        return sent;
      };
    }
  }

  private RespProxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Returns a proxy before a server on loopback. */
  public static RespProxy before(int port) throws IOException {
    return new RespProxy(port);
  }

  /** Returns its address. */
  public String url() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  /** Does this to replies from now on. */
  public void meddle(Meddler meddler) {
    this.meddler = meddler;
  }

  /** Cuts all connections, and accepts others. */
  public void cut() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  /** Cuts all connections, and each new one at once, or no more. */
  public void refuse(boolean refuse) throws IOException {
    isRefusing = refuse;
    cut();
  }

  /** Returns how many connections there were. */
  public int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        int number = connections.incrementAndGet();
        if (isRefusing) {
          client.close();
        } else {
          connect(client, number);
        }
      } catch (IOException e) {
        // closed, or the server is away: the client sees it
      }
    }
  }

  private void connect(Socket client, int number) throws IOException {
    sockets.add(client);
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      client.close();
      throw e;
    }
    sockets.add(server);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Thread.ofVirtual().start(() -> end(client, server, () -> copy(client, server)));
    Thread.ofVirtual().start(() -> end(client, server, () -> answer(server, client, number)));
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void end(Socket client, Socket server, Work work) {
    try (client;
        server) {
      work.run();
    } catch (IOException e) {
      // either end is gone, and now both are
    }
  }

  private static void copy(Socket client, Socket server) throws IOException {
    client.getInputStream().transferTo(server.getOutputStream());
  }

  private void answer(Socket server, Socket client, int number) throws IOException {
    var in = new BufferedInputStream(server.getInputStream(), 1 << 16);
    OutputStream out = client.getOutputStream();
    while (true) {
      var said = RespReader.next(in);
      for (var reply : meddler.replies(number, said)) { // as it is now, after the wait
        out.write(reply);
      }
    }
  }
}
