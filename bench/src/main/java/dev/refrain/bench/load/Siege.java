package dev.refrain.bench.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An attack under way: one thread for each of its connections, and one that reads what comes. */
final class Siege implements AutoCloseable {
  private static final long PAUSE_AFTER_REFUSAL_MILLIS = 100;

  private final Attacker attacker;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong turns = new AtomicLong();

  private Siege(Attacker attacker, int port) {
    this.attacker = attacker;
    this.port = port;
  }

  static Siege lay(Attacker attacker, int port) {
    var siege = new Siege(attacker, port);
    for (int i = 0; i < attacker.connections(); i++) {
      siege.threads.execute(siege::attack);
    }
    return siege;
  }

  /** Fails if nothing was done: then nothing was measured. */
  void assertGoingOn() {
    if (attacker.connections() > 0 && turns.get() == 0) {
      throw new IllegalStateException("the attack did not begin");
    }
  }

  private void attack() {
    try {
      long pause = TimeUnit.SECONDS.toMillis(1) / attacker.turnsPerSecond();
      Thread.sleep(ThreadLocalRandom.current().nextLong(pause)); // not all in one moment
      while (true) {
        connect(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is over
    }
  }

  private void connect(long pauseMillis) throws InterruptedException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> drain(socket)); // ends with the connection
      attacker.greet(socket.getOutputStream());
      for (int turn = 0; ; turn++) {
        Thread.sleep(pauseMillis);
        turns.incrementAndGet();
        attacker.annoy(socket, turn);
      }
    } catch (IOException e) {
      Thread.sleep(
          Math.min(pauseMillis, PAUSE_AFTER_REFUSAL_MILLIS)); // thrown out, as it should be
    }
  }

  private static void drain(Socket socket) {
    try (var in = socket.getInputStream()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // thrown out
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
