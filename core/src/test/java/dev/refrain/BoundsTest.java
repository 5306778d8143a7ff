package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings that make no sense are refused when they are made, not when they are used. */
final class BoundsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration NEGATIVE = Duration.ofMillis(-1);

  @ParameterizedTest
  @MethodSource("nonsense")
  void nonsenseIsRefused(ThrowingCallable making) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class);
  }

  private static Stream<ThrowingCallable> nonsense() {
    return Stream.of(
        () -> Times.PLAIN.jitter(-0.01),
        () -> Times.PLAIN.jitter(1.01),
        () -> Times.PLAIN.jitter(Double.NaN),
        () -> Times.PLAIN.early(-1),
        () -> Times.PLAIN.early(Double.NaN),
        () -> Times.PLAIN.hot(0, MINUTE, MINUTE),
        () -> Times.PLAIN.hot(1, NEGATIVE, MINUTE),
        () -> Times.PLAIN.hot(1, MINUTE, NEGATIVE),
        () -> Times.PLAIN.maxAge(NEGATIVE),
        () -> Times.PLAIN.stale(NEGATIVE, MINUTE),
        () -> Times.PLAIN.stale(MINUTE, NEGATIVE),
        () -> Lifetime.DEFAULT.withTtl(NEGATIVE),
        () -> new Limits(0, 1, 1, MINUTE, MINUTE),
        () -> new Limits(1, 0, 1, MINUTE, MINUTE),
        () -> new Limits(1, 1, 0, MINUTE, MINUTE),
        () -> new Limits(1, 1, 1, Duration.ZERO, MINUTE),
        () -> new Limits(1, 1, 1, MINUTE, NEGATIVE));
  }

  @Test
  void theLeastThatMakesSenseIsAccepted() {
    var nothing = Times.PLAIN.jitter(0).hot(1, Duration.ZERO, Duration.ZERO);
    assertThat(nothing.maxAge(Duration.ZERO).stale(Duration.ZERO, Duration.ZERO).early(0))
        .isNotNull();
    assertThat(new Limits(1, 1, 1, Times.MOMENT, Duration.ZERO)).isNotNull();
  }

  @Test
  void anotherTtlChangesNothingElse() {
    var changed = Lifetime.DEFAULT.withTtl(MINUTE);

    assertThat(changed.ttl()).isEqualTo(MINUTE);
    assertThat(changed.withTtl(Lifetime.DEFAULT.ttl())).isEqualTo(Lifetime.DEFAULT);
  }

  @Test
  void theDefaultsAreThoseOfTheDesign() {
    assertThat(Lifetime.DEFAULT)
        .isEqualTo(
            new Lifetime(
                Duration.ofHours(24),
                0.05,
                10,
                Duration.ofHours(1),
                Duration.ofHours(6),
                Duration.ofDays(7),
                Duration.ofHours(1),
                Duration.ofHours(24),
                1));
  }
}
