package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestTest {
  private static final List<String> NAMES =
      List.of("ttl", "jitter", "max-age", "hot-hits", "hot-window", "stale-if-error");

  @ParameterizedTest
  @CsvSource({
    "tll, ttl", // one letter is wrong
    "tl, ttl", // one is missing
    "tttl, ttl", // one is too many
    "jittre, jitter", // two are swapped
    "maxAge, max-age",
    "max_age, max-age",
    "MAX-AGE, max-age",
    "hot-hit, hot-hits",
    "hotwindows, hot-window",
    "stale-on-error, stale-if-error"
  })
  void aSlipIsUnderstood(String text, String meant) {
    assertThat(Nearest.of(text, NAMES)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"x", "''", "cat", "temperature", "hat-pin"})
  void whatIsTooFarOffIsNoSlip(String text) {
    assertThat(Nearest.of(text, NAMES)).isNull();
  }

  @Test
  void theLeastSlipIsMeant() {
    assertThat(Nearest.of("bodymax", List.of("body-mix", "body-max", "body-may")))
        .isEqualTo("body-max");
  }

  @Test
  void longTextsAreNotPonderedOn() {
    assertThat(Nearest.of("x".repeat(101), List.of("x".repeat(101)))).isNull();
  }
}
