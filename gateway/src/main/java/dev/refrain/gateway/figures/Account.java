package dev.refrain.gateway.figures;

import dev.refrain.Usage;
import dev.refrain.gateway.figures.Totals.Tokens;
import java.util.concurrent.atomic.LongAdder;

/** What was answered, saved and spent of one model. Thread-safe. */
final class Account {
  private final LongAdder calls = new LongAdder();
  private final LongAdder hits = new LongAdder();
  private final LongAdder joined = new LongAdder();
  private final LongAdder nanosSaved = new LongAdder();
  private final LongAdder nanosSpent = new LongAdder();
  private final LongAdder millisSaved = new LongAdder();
  private final Tally saved = new Tally();
  private final Tally spent = new Tally();

  /** Tokens as they are counted. */
  private static final class Tally {
    final LongAdder input = new LongAdder();
    final LongAdder output = new LongAdder();
    final LongAdder estimated = new LongAdder();

    void add(Usage usage, boolean isEstimate) {
      long more = Math.max(0, usage.inputTokens());
      long said = Math.max(0, usage.outputTokens());
      input.add(more);
      output.add(said);
      if (isEstimate) {
        estimated.add(more + said);
      }
    }

    Tokens tokens() {
      return new Tokens(input.sum(), output.sum(), estimated.sum());
    }
  }

  void count(Result result) {
    calls.increment();
    if (result.isHit()) {
      hits.increment();
    } else if (result == Result.JOINED) {
      joined.increment();
    }
  }

  void saveTime(long millis) {
    millisSaved.add(Math.max(0, millis));
  }

  void save(Usage usage, Price price, boolean isEstimate) {
    saved.add(usage, isEstimate);
    nanosSaved.add(price.of(usage));
  }

  void spend(Usage usage, Price price, boolean isEstimate) {
    spent.add(usage, isEstimate);
    nanosSpent.add(price.of(usage));
  }

  Totals totals() {
    return new Totals(
        calls.sum(),
        hits.sum(),
        joined.sum(),
        saved.tokens(),
        spent.tokens(),
        nanosSaved.sum(),
        nanosSpent.sum(),
        millisSaved.sum());
  }
}
