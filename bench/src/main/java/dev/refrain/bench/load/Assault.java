package dev.refrain.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The attackers' own side of an attack: one thread for each of its connections, and one that reads
 * what comes.
 */
public final class Assault implements AutoCloseable {
  /** The order to say how many turns there were. */
  static final String TURNS = "turns";

  /** The order to let go. */
  static final String END = "end";

  private static final long PAUSE_AFTER_REFUSAL_MILLIS = 100;

  private final Attacker attacker;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong turns = new AtomicLong();

  private Assault(Attacker attacker, int port) {
    this.attacker = attacker;
    this.port = port;
  }

  /** Takes orders until there are no more: to attack a port, to tell of it, and to let go. */
  public static void main(String[] arguments) throws IOException {
    var orders = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (var order = orders.readLine(); order != null; order = orders.readLine()) {
      int space = order.indexOf(' ');
      var attacker = Attacker.valueOf(order.substring(0, space));
      try (var assault = new Assault(attacker, Integer.parseInt(order.substring(space + 1)))) {
        assault.begin();
        System.out.println("begun");
        for (var next = orders.readLine(); TURNS.equals(next); next = orders.readLine()) {
          System.out.println(assault.turns.get());
        }
      }
      System.out.println("ended");
    }
  }

  private void begin() {
    for (int i = 0; i < attacker.connections(); i++) {
      threads.execute(this::attack);
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
      boolean goesOn = true;
      for (int turn = 0; goesOn; turn++) {
        Thread.sleep(pauseMillis);
        turns.incrementAndGet();
        goesOn = attacker.annoy(socket, turn);
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
