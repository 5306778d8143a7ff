package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.testing.MovableClock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stamp holds until one of its tags is invalidated, and never again. */
@Timeout(30)
final class EpochsTest {
  private final MovableClock clock = new MovableClock();
  private final Epochs epochs = new Epochs(List.of(), clock);

  @Test
  void aStampHoldsUntilOneOfItsTagsIsInvalidated() throws Exception {
    var stamp = epochs.stamp(List.of("a", "b"));
    assertThat(epochs.hold(stamp)).isTrue();
    epochs.invalidate("c");
    assertThat(epochs.hold(stamp)).isTrue();
    epochs.invalidate("b");
    assertThat(epochs.hold(stamp)).isFalse();
  }

  @Test
  void whatIsStampedAfterwardsHolds() throws Exception {
    epochs.invalidate("a");
    var stamp = epochs.stamp(List.of("a"));
    assertThat(epochs.hold(stamp)).isTrue();
    epochs.invalidate("a");
    assertThat(epochs.hold(stamp)).isFalse();
  }

  @Test
  void nothingRisesFromTheDead() throws Exception {
    var first = epochs.stamp(List.of("a"));
    epochs.invalidate("a");
    var second = epochs.stamp(List.of("a"));
    epochs.invalidateAll();
    var third = epochs.stamp(List.of("a"));
    epochs.invalidate("a");
    epochs.invalidateAll();

    assertThat(List.of(first, second, third)).noneMatch(epochs::hold);
  }

  @Test
  void everythingCanBeInvalidatedAtOnce() throws Exception {
    epochs.invalidate("a");
    var stamps = List.of(epochs.stamp(List.of("a")), epochs.stamp(List.of("b")));
    epochs.invalidateAll();

    assertThat(stamps).noneMatch(epochs::hold);
    assertThat(epochs.hold(epochs.stamp(List.of("a", "b")))).isTrue();
  }

  @Test
  void stampsOfAnotherStoreDoNotHold() throws Exception {
    assertThat(epochs.hold(new Epochs(List.of(), clock).stamp(List.of("a")))).isFalse();
  }

  @Test
  void tooManyTagsInvalidateMoreThanWasAskedForAndNeverLess() throws Exception {
    var untouched = epochs.stamp(List.of("untouched"));
    for (int i = 0; i < Epochs.TAGS_MAX; i++) {
      epochs.invalidate("tag" + i);
    }
    assertThat(epochs.hold(untouched)).isTrue();
    var known = epochs.stamp(List.of("tag42"));
    epochs.invalidate("tag42"); // known already, so there is room
    assertThat(epochs.hold(known)).isFalse();
    assertThat(epochs.hold(untouched)).isTrue();

    var other = epochs.stamp(List.of("tag43"));
    var oneTooMany = epochs.stamp(List.of("one too many"));
    epochs.invalidate("one too many");
    assertThat(List.of(untouched, other, oneTooMany)).noneMatch(epochs::hold);
    assertThat(epochs.hold(epochs.stamp(List.of("tag43", "one too many")))).isTrue();
  }

  @Test
  void whoSawAnInvalidationReturnSeesNothingFromBeforeIt() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done =
          IntStream.range(0, 8)
              .mapToObj(thread -> threads.submit(() -> invalidateOften("tag" + thread)))
              .toList();
      for (int i = 0; i < 100; i++) {
        epochs.invalidateAll();
      }
      for (var future : done) {
        assertThat(future.get()).isZero();
      }
    }
  }

  /** Returns how often a stamp held though its tag was invalidated. */
  private int invalidateOften(String tag) throws Exception {
    int wrong = 0;
    for (int i = 0; i < 1_000; i++) {
      var stamp = epochs.stamp(List.of("other", tag));
      epochs.invalidate(tag);
      wrong += epochs.hold(stamp) ? 1 : 0;
    }
    return wrong;
  }

  @Test
  void aStampHasOneEpochForEachTag() throws Exception {
    assertThatThrownBy(() -> new Stamp(List.of("a"), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
