package dev.refrain.gateway.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.CacheFigures.Air;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LapsTest {
  private static final int REPLAYED = 1; // columns
  private static final int HIT_HALF = 8;
  private static final int FETCH_HALF = 10;
  private static final int FLIGHTS = 12;
  private static final int FOLLOWERS = 13;

  private final Seconds seconds = new Seconds();
  private final Latencies latencies = new Latencies();
  private final Laps laps = new Laps(seconds, latencies, () -> new Air(2, 7, 5, 4, 0));

  private void tick(long second, long replayed) {
    var totals = new EnumMap<Result, Long>(Result.class);
    for (var result : Result.values()) {
      totals.put(result, 0L);
    }
    totals.putAll(Map.of(Result.REPLAYED, replayed));
    seconds.tick(second, new PerResult<>(result -> totals.getOrDefault(result, 0L)));
  }

  @Test
  void eachSecondIsToldOnce() {
    tick(100, 0);
    assertThat(laps.rows()).isEmpty();
    tick(101, 3);
    tick(102, 3);
    var rows = laps.rows();

    assertThat(rows).extracting(row -> row[0]).containsExactly(100_000L, 101_000L);
    assertThat(rows).extracting(row -> row[REPLAYED]).containsExactly(3L, 0L);
    assertThat(rows.getLast()[FLIGHTS]).isEqualTo(2);
    assertThat(rows.getLast()[FOLLOWERS]).isEqualTo(5);
    assertThat(laps.rows()).isEmpty();
    tick(103, 10);
    assertThat(laps.rows()).extracting(row -> row[REPLAYED]).containsExactly(7L);
  }

  @Test
  void timesAreThoseSinceTheLastLook() {
    tick(100, 0);
    latencies.of(Result.REPLAYED).add(1_000_000);
    tick(101, 1);
    var first = laps.rows().getLast();
    tick(102, 1);
    var second = laps.rows().getLast();

    assertThat(first[HIT_HALF]).isBetween(500L, 1500L);
    assertThat(first[FETCH_HALF]).isEqualTo(-1);
    assertThat(second[HIT_HALF]).isEqualTo(-1);
  }

  @Test
  void aClockThatIsSetBackIsFollowed() {
    tick(10_000, 0);
    tick(10_001, 1);
    assertThat(laps.rows()).hasSize(1);
    tick(100, 1);
    tick(101, 4);
    assertThat(laps.rows()).extracting(row -> row[REPLAYED]).containsExactly(3L);
  }
}
