package dev.refrain.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What came of one measurement under attack.
 *
 * @param serverPercent of one processor, taken by the server
 * @param othersPercent of one processor, taken by all that is no part of this: others on this
 *     machine or next door
 * @param pacePercent how much of what the attackers meant to do they did
 * @param repeats how often it was measured again, as others disturbed it
 */
@SuppressWarnings("InlineFormatString") // a row of many columns has a name
record Toll(
    Waits waits, double serverPercent, double othersPercent, double pacePercent, int repeats) {
  static final String HEADING =
      """
      | attack | | p50, µs | p99, µs | p99 of the rounds, µs | p99, against none | woken late, µs \
      | server busy | attackers' pace | others busy | measured again | disturbed still |
      |---|---|---|---|---|---|---|---|---|---|---|---|\
      """;
  private static final String ROW =
      "| %s | %s | %.0f | %.0f | %.0f to %.0f | %.2f | %.0f | %.0f %% | %.0f %% | %.0f %%"
          + " | %d | %d |";
  private static final double DISTURBED_PERCENT_MIN = 8; // the kernel counts in ticks: not exact

  /** Returns whether others took so much of the processors that it says nothing of the server. */
  boolean isDisturbed() {
    return othersPercent > DISTURBED_PERCENT_MIN;
  }

  /** Fails if nothing was done: then nothing was measured. */
  void assertGoingOn(Attacker attacker) {
    if (attacker != Attacker.NOBODY && pacePercent == 0) {
      throw new IllegalStateException("the attack did not begin: " + attacker);
    }
  }

  Toll after(int repeats) {
    return new Toll(waits, serverPercent, othersPercent, pacePercent, repeats);
  }

  private static Toll median(List<Toll> rounds) {
    return new Toll(
        new Waits(
            median(rounds, toll -> toll.waits.p50Micros()),
            median(rounds, toll -> toll.waits.p99Micros()),
            median(rounds, toll -> toll.waits.lateMicros())),
        median(rounds, Toll::serverPercent),
        median(rounds, Toll::othersPercent),
        median(rounds, Toll::pacePercent),
        rounds.stream().mapToInt(Toll::repeats).sum());
  }

  private static double median(List<Toll> rounds, ToDoubleFunction<Toll> figure) {
    var sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** Returns a row of the table, compared with what came while nobody attacked. */
  static String row(Attacker attacker, String server, List<Toll> rounds, List<Toll> quiet) {
    var median = median(rounds);
    var p99 = rounds.stream().mapToDouble(toll -> toll.waits.p99Micros()).summaryStatistics();
    return ROW.formatted(
        attacker.description(),
        server,
        median.waits.p50Micros(),
        median.waits.p99Micros(),
        p99.getMin(),
        p99.getMax(),
        median.waits.p99Micros() / median(quiet).waits.p99Micros(),
        median.waits.lateMicros(),
        median.serverPercent,
        median.pacePercent,
        median.othersPercent,
        median.repeats,
        rounds.stream().filter(Toll::isDisturbed).count());
  }

  @Override
  public String toString() {
    var text =
        "p50 %.0f µs, p99 %.0f µs, woken late %.0f µs,"
            + " server %.0f %%, pace %.0f %%, others %.0f %%";
    return text.formatted(
        waits.p50Micros(),
        waits.p99Micros(),
        waits.lateMicros(),
        serverPercent,
        pacePercent,
        othersPercent);
  }

  /** Who had the processors, up to one moment. */
  record Reading(long nanos, long serverNanos, long benchNanos, long allNanos) {
    static Reading of(ServerProcess server, List<ServerProcess> bench) throws IOException {
      long benchNanos = 0;
      for (var process : bench) {
        benchNanos += process.busyNanos();
      }
      return new Reading(
          System.nanoTime(), server.busyNanos(), benchNanos, ServerProcess.allBusyNanos());
    }

    /** Returns what came of the time from here to another one. */
    Toll until(Reading end, Waits waits, Attacker attacker, long turns) {
      double time = end.nanos - nanos;
      double meant =
          attacker.turnsPerSecond() * attacker.connections() * (time / TimeUnit.SECONDS.toNanos(1));
      long server = end.serverNanos - serverNanos;
      long others = (end.allNanos - allNanos) - server - (end.benchNanos - benchNanos);
      return new Toll(
          waits,
          100 * server / time,
          Math.max(0, 100 * others / time),
          (meant == 0) ? 0 : 100 * turns / meant,
          0);
    }
  }
}
