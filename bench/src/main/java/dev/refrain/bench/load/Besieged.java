package dev.refrain.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that is attacked.
 *
 * @param warmUpSeconds for how long each attack goes on before any is measured, as a server's code
 *     that runs in no other case is cold
 */
record Besieged(String name, int port, int http2Port, ServerProcess process, int warmUpSeconds) {
  /** How many arguments tell of one. */
  static final int ARGUMENTS = 5;

  private static final int REST_SECONDS_MAX = 10;
  private static final long LOOK_MILLIS = 500;
  private static final double REST_PERCENT_MAX = 5; // of one processor

  static Besieged of(List<String> arguments) {
    return new Besieged(
        arguments.get(0),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        new ServerProcess(Long.parseLong(arguments.get(3))),
        Integer.parseInt(arguments.get(4)));
  }

  int portFor(Attacker attacker) {
    return attacker.isHttp2() ? http2Port : port;
  }

  /** Waits until what an attacker left behind is done with, lest the next one is charged for it. */
  void awaitRest() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(REST_SECONDS_MAX)) {
      long before = process.busyNanos();
      Thread.sleep(LOOK_MILLIS);
      double percent =
          100.0 * (process.busyNanos() - before) / TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
      if (percent <= REST_PERCENT_MAX) {
        return;
      }
    }
    System.err.println("bench: " + name + " did not come to rest");
  }
}
