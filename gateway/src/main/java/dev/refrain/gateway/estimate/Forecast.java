package dev.refrain.gateway.estimate;

import dev.refrain.Estimate;
import dev.refrain.Outcome;
import dev.refrain.Rules;
import dev.refrain.Usage;
import dev.refrain.gateway.figures.Prices;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What all calls of a log come to under one set of rules. For one thread. */
final class Forecast {
  /*
   * Who has no price costs nothing, and nothing is said of it here: the report names the models.
   * A refresh costs what the call did behind whose back it goes.
   */

  private static final long HOUR_MILLIS = 3_600_000;

  private final Estimate estimate;
  private final Prices prices;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final NavigableMap<Long, Hour> hours = new TreeMap<>();
  private long refreshes;
  private long savedTokens;
  private long savedMillis;
  private long savedBillionths;
  private long spentBillionths;

  /** The calls of one hour. */
  static final class Hour {
    private long calls;
    private long hits;

    long calls() {
      return calls;
    }

    double hitRate() {
      return (calls == 0) ? 0 : (double) hits / calls;
    }

    void add(Hour other) {
      calls += other.calls;
      hits += other.hits;
    }
  }

  Forecast(Rules rules, long seed, Prices prices) {
    this.estimate = new Estimate(rules, new SplittableRandom(seed));
    this.prices = prices;
  }

  void add(LoggedCall logged) {
    var result = estimate.next(logged.call());
    var outcome = result.outcome();
    outcomes.merge(outcome, 1L, Long::sum);
    boolean saved = isHit(outcome) || outcome == Outcome.JOINED;
    var hour = hours.computeIfAbsent(logged.atMillis() / HOUR_MILLIS, absent -> new Hour());
    hour.calls++;
    hour.hits += saved ? 1 : 0;
    long price = prices.billionths(logged.call().sort().model(), logged.usage());
    if (saved) {
      savedTokens += tokens(logged.usage());
      savedBillionths += price;
      savedMillis += isHit(outcome) ? logged.call().tookMillis() : 0;
    } else if (outcome != Outcome.REFUSED) {
      spentBillionths += price;
    }
    if (result.refreshed()) {
      refreshes++;
      savedTokens -= tokens(logged.usage());
      savedBillionths -= price;
      spentBillionths += price;
    }
  }

  private static boolean isHit(Outcome outcome) {
    return outcome == Outcome.REPLAYED || outcome == Outcome.STALE;
  }

  private static long tokens(Usage usage) {
    return Math.max(0, usage.inputTokens()) + Math.max(0, usage.outputTokens());
  }

  long calls() {
    return outcomes.values().stream().mapToLong(Long::longValue).sum();
  }

  long of(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** Returns which share of the calls would not have gone upstream. */
  double hitRate() {
    long saved = of(Outcome.REPLAYED) + of(Outcome.STALE) + of(Outcome.JOINED);
    return (calls() == 0) ? 0 : (double) saved / calls();
  }

  long callsUpstream() {
    return of(Outcome.FETCHED) + of(Outcome.BYPASSED) + refreshes;
  }

  long refreshes() {
    return refreshes;
  }

  int answers() {
    return estimate.entries();
  }

  long savedTokens() {
    return savedTokens;
  }

  long savedMillis() {
    return savedMillis;
  }

  long savedBillionths() {
    return savedBillionths;
  }

  long spentBillionths() {
    return spentBillionths;
  }

  /** Returns the calls by the hour since 1970 in which they came. */
  NavigableMap<Long, Hour> hours() {
    return hours;
  }
}
