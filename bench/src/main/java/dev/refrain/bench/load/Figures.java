package dev.refrain.bench.load;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came of one round.
 *
 * @param p50Micros the delay of an event from the origin's write to the client's read
 * @param serverPercent of one processor, taken by the server
 * @param loadPercent of one processor, taken by origin and client
 * @param othersPercent of one processor, taken by all else on this machine or next door
 * @param switchesPerEvent how often a thread of the server was taken off its processor
 * @param kilobytesPerStream that the server took in memory, beyond what it took before all streams
 * @param broken streams that did not come to a clean end with all their events
 */
@SuppressWarnings("InlineFormatString") // a row of many columns has a name
record Figures(
    double eventsPerSecond,
    double p50Micros,
    double p99Micros,
    double maxMicros,
    double serverPercent,
    double loadPercent,
    double othersPercent,
    double switchesPerEvent,
    double kilobytesPerStream,
    double broken) {

  static final String HEADING =
      """
      | | events/s | p50, µs | p99, µs | max, µs | added at p50, µs | added at p99, µs \
      | server busy | load busy | others busy | switches/event | KB/stream | broken |
      |---|---|---|---|---|---|---|---|---|---|---|---|---|\
      """;
  private static final String ROW =
      "| %s | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f"
          + " | %.0f %% | %.0f %% | %.0f %% | %.2f | %.1f | %.0f |";

  static Figures medians(List<Figures> rounds) {
    return new Figures(
        median(rounds, Figures::eventsPerSecond),
        median(rounds, Figures::p50Micros),
        median(rounds, Figures::p99Micros),
        median(rounds, Figures::maxMicros),
        median(rounds, Figures::serverPercent),
        median(rounds, Figures::loadPercent),
        median(rounds, Figures::othersPercent),
        median(rounds, Figures::switchesPerEvent),
        median(rounds, Figures::kilobytesPerStream),
        median(rounds, Figures::broken));
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    var sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** Returns a row of the table, compared with what came without a server between. */
  String row(String name, Figures direct) {
    return ROW.formatted(
        name,
        eventsPerSecond,
        p50Micros,
        p99Micros,
        maxMicros,
        p50Micros - direct.p50Micros,
        p99Micros - direct.p99Micros,
        serverPercent,
        loadPercent,
        othersPercent,
        switchesPerEvent,
        kilobytesPerStream,
        broken);
  }
}
