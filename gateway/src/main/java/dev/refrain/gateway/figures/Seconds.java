package dev.refrain.gateway.figures;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;

/** How many calls there were in each of the last seconds. Thread-safe. */
final class Seconds {
  static final int KEPT = 300;

  private final ArrayDeque<Tick> ticks = new ArrayDeque<>();

  /** All calls until a second began. */
  private record Tick(long second, PerResult<Long> totals) {}

  /**
   * The calls by what became of them, second by second.
   *
   * @param first since the epoch
   */
  record Ring(long first, int length, Map<Result, long[]> calls) {}

  /** Takes down what has been counted by now. A second without this counts for the next. */
  synchronized void tick(long second, PerResult<Long> totals) {
    if (!ticks.isEmpty() && second < ticks.getLast().second - KEPT) {
      ticks.clear(); // the clock was set back
    }
    if (ticks.isEmpty() || ticks.getLast().second < second) {
      ticks.addLast(new Tick(second, totals));
    }
    while (ticks.getFirst().second < second - KEPT) {
      ticks.removeFirst();
    }
  }

  /** Returns the seconds that are over. */
  synchronized Ring ring() {
    long first = ticks.isEmpty() ? 0 : ticks.getFirst().second;
    int length = ticks.isEmpty() ? 0 : (int) (ticks.getLast().second - first);
    var calls = new PerResult<>(result -> new long[length]);
    Tick before = null;
    for (var tick : ticks) {
      if (before != null) {
        int place = (int) (tick.second - first) - 1;
        for (var result : Result.values()) {
          calls.of(result)[place] = tick.totals.of(result) - before.totals.of(result);
        }
      }
      before = tick;
    }
    var lists = new EnumMap<Result, long[]>(Result.class);
    calls.forEach(lists::put);
    return new Ring(first, length, lists);
  }
}
