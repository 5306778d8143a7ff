package dev.refrain.gateway.figures;

import dev.refrain.CacheFigures;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What there is to see at a glance. Immutable.
 *
 * @param started when this process began
 * @param first the first of the seconds that are listed, since the epoch
 * @param seconds how many calls ended in each of them, by what became of them; those of the last
 *     five minutes that are over
 * @param hitTimes how long hits took in the last five minutes, in nanoseconds, as the next three
 * @param fetchTimes calls that were fetched, to the end of their answers
 * @param addedTimes how much later than upstream's reply their answers began
 * @param firstChunkTimes how long upstream took until the first of a reply came
 * @param models those that were asked for most, since this process began
 * @param unpriced models of which no price is known, so that their tokens cost nothing here
 */
public record Now(
    Instant time,
    Instant started,
    long first,
    Map<Result, long[]> seconds,
    Period today,
    Period ever,
    Quantiles hitTimes,
    Quantiles fetchTimes,
    Quantiles addedTimes,
    Quantiles firstChunkTimes,
    CacheFigures cache,
    List<Model> models,
    List<String> unpriced,
    Source prices) {

  /** How a distribution lies, in nanoseconds. */
  public record Quantiles(long count, long p50, long p90, long p99) {
    static Quantiles of(Distribution distribution) {
      return new Quantiles(
          distribution.count(),
          distribution.quantile(0.5),
          distribution.quantile(0.9),
          distribution.quantile(0.99));
    }
  }

  /** What was answered, saved and spent of one model. */
  public record Model(String name, Totals totals) {}

  /** Of which day the prices are, and where they are from. */
  public record Source(String date, String text) {}

  /** Returns this for who knows the single seconds already. */
  public Now withoutSeconds() {
    return new Now(
        time,
        started,
        first,
        Map.of(),
        today,
        ever,
        hitTimes,
        fetchTimes,
        addedTimes,
        firstChunkTimes,
        cache,
        models,
        unpriced,
        prices);
  }

  /** Returns this as JSON. */
  public byte[] toJson() {
    return NowJson.write(this);
  }
}
