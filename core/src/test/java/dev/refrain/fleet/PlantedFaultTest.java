package dev.refrain.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.fleet.Voyage.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds each fault that is planted, and so would have found it in the protocol. */
final class PlantedFaultTest {
  private static final int SEEDS_MAX = 3_000;

  @ParameterizedTest
  @EnumSource
  void isFound(PlantedFault fault) {
    assertThat(firstSeedThatFinds(fault)).as("seed that finds " + fault).isLessThan(SEEDS_MAX);
  }

  private static long firstSeedThatFinds(PlantedFault fault) {
    for (long seed = fault.kind().firstSeed(); seed < SEEDS_MAX; seed += Kind.values().length) {
      try {
        new Voyage(seed, fault).run();
      } catch (AssertionError found) {
        var what = String.valueOf(found.getMessage()).lines().findFirst().orElse("");
        System.out.printf("%s is found by seed %d: %s%n", fault, seed, what);
        return seed;
      }
    }
    return SEEDS_MAX;
  }
}
