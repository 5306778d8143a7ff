package dev.refrain.bench.trouble;

import dev.refrain.bench.trouble.Callers.Waited;
import dev.refrain.bench.trouble.Trouble.Scene;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long callers of a gateway wait while something is wrong with the Redis behind it,
 * against how long they wait just before, and how soon what they are answered is kept there again.
 */
public final class RedisTrouble {
  private static final String USAGE =
      "gateway-port proxy-port redis-port replica-port seconds warm";
  private static final long RECOVERY_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
  private static final int LOOK_MILLIS = 20;
  private static final int KEYS_OF_A_TIER = 20; // more than are there for a moment only

  private RedisTrouble() {}

  /** Opens the proxy, and when the gateway is there, measures and prints a table. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 6) {
      throw new IllegalArgumentException(USAGE);
    }
    var numbers = new int[arguments.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Integer.parseInt(arguments[i]);
    }
    try (var proxy = RedisProxy.start(numbers[1], numbers[2])) {
      awaitGateway(numbers[0]);
      var scene = new Scene(proxy, numbers[2], numbers[3]);
      try (var callers = Callers.at(numbers[0])) {
        TimeUnit.SECONDS.sleep(numbers[5]);
        measure(scene, callers, numbers[4]);
      }
    }
  }

  private static void awaitGateway(int port) throws InterruptedException {
    while (true) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS); // not yet; whoever starts both gives it up
      }
    }
  }

  private static void measure(Scene scene, Callers callers, int seconds)
      throws IOException, InterruptedException {
    System.out.println(
        "| Redis | calls | not answered | p50, ms | p99, ms | before, ms | more at p99, ms "
            + "| back after, ms | connections |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (var trouble : Trouble.values()) {
      callers.take();
      TimeUnit.SECONDS.sleep(seconds);
      var before = callers.take();
      int connections = scene.proxy().connections();
      trouble.begin(scene);
      TimeUnit.SECONDS.sleep(seconds);
      var during = callers.take();
      trouble.end(scene);
      long back = awaitTier(scene);
      print(trouble, before, during, back, scene.proxy().connections() - connections);
    }
  }

  /** Returns after how many milliseconds answers are kept in Redis again. */
  private static long awaitTier(Scene scene) throws IOException, InterruptedException {
    long ended = System.nanoTime();
    long keys = scene.keys();
    while (scene.keys() < keys + KEYS_OF_A_TIER) {
      if (System.nanoTime() - ended > RECOVERY_NANOS_MAX) {
        throw new IOException("nothing is kept in Redis any more");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ended);
  }

  private static void print(
      Trouble trouble, Waited before, Waited during, long back, int connections) {
    System.out.printf(
        "| %s | %d | %d | %.1f | %.1f | %.1f | %.1f | %d | %d |%n",
        trouble.description(),
        during.nanos().size(),
        during.failed(),
        during.millis(500),
        during.millis(990),
        before.millis(990),
        during.millis(990) - before.millis(990),
        back,
        connections);
  }
}
