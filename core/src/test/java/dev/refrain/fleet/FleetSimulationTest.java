package dev.refrain.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Outcome;
import dev.refrain.testing.Campaign;
import java.util.EnumMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fleets in a simulated world; {@code -Drefrain.seed=…} repeats one voyage. */
final class FleetSimulationTest {
  @Test
  void whateverHappensToAFleetWhatAlwaysHoldsHolds() {
    var outcomes = new EnumMap<Outcome, Integer>(Outcome.class);
    var only = Long.getLong("refrain.seed");
    if (only != null) {
      new Voyage(only, Mutant.NONE).run();
      return;
    }
    for (long seed = 0; seed < Campaign.rounds(350, 20_000); seed++) {
      var voyage = new Voyage(seed, Mutant.NONE);
      voyage.run();
      voyage.outcomes().forEach((outcome, times) -> outcomes.merge(outcome, times, Integer::sum));
    }
    assertThat(outcomes)
        .as("enough has happened")
        .containsKeys(Outcome.FETCHED, Outcome.JOINED, Outcome.REPLAYED);
  }

  @ParameterizedTest
  @ValueSource(longs = {744, 3713, 5393, 6184}) // lost after a renewal, before it was told
  void whatWasFoundOnceIsMended(long seed) {
    new Voyage(seed, Mutant.NONE).run();
  }

  @Test
  void aSeedReplaysExactly() {
    for (long seed = 0; seed < 7; seed++) {
      long first = new Voyage(seed, Mutant.NONE).run();
      assertThat(new Voyage(seed, Mutant.NONE).run()).isEqualTo(first);
    }
  }
}
