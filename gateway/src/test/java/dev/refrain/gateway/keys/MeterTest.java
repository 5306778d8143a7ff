package dev.refrain.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** How much a key is good for. */
final class MeterTest {
  private final MovableClock clock = new MovableClock();
  private final Meter meter = new Meter(clock);

  @Test
  void aMinuteHasSoManyCallsAndThenTheyComeEvenly() {
    var quota = new Quota(3, 0, 0);
    for (int i = 0; i < 3; i++) {
      admitted(quota).end(true);
    }
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.TooFast(3, Duration.ofSeconds(20)));
    clock.advance(Duration.ofMillis(19_999));
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.TooFast(3, Duration.ofMillis(1)));
    clock.advance(Duration.ofMillis(1));
    admitted(quota);
    assertThat(meter.admit(quota)).isInstanceOf(Verdict.TooFast.class);
    clock.advance(Duration.ofHours(1));
    for (int i = 0; i < 3; i++) {
      admitted(quota);
    }
    assertThat(meter.admit(quota)).isInstanceOf(Verdict.TooFast.class);
  }

  @Test
  void hitsAreCountedAndCostNothing() {
    var quota = new Quota(0, 2, 0);
    for (int i = 0; i < 5; i++) {
      admitted(quota).end(true);
    }
    admitted(quota).end(false);
    assertThat(meter.usage()).isEqualTo(new Usage(6, 5, 0, 0));
  }

  @Test
  void whatGoesUpstreamIsPaidForOnce() {
    var quota = new Quota(0, 2, 0);
    for (int i = 0; i < 2; i++) {
      var ticket = admitted(quota);
      ticket.send();
      ticket.end(true);
      ticket.end(true);
    }
    assertThat(meter.usage()).isEqualTo(new Usage(2, 0, 2, 0));
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.OverBudget("2 calls"));
  }

  @Test
  void aRefreshBehindAHitIsPaidForToo() {
    var ticket = admitted(Quota.NONE);
    ticket.end(true);
    ticket.send();
    assertThat(meter.usage()).isEqualTo(new Usage(1, 1, 1, 0));
  }

  @Test
  void callsSideBySideDoNotGoBeyondTheBudget() throws Exception {
    var quota = new Quota(0, 10, 0);
    var asking = new ArrayList<Callable<Verdict>>();
    for (int i = 0; i < 200; i++) {
      asking.add(() -> {
        var verdict = meter.admit(quota);
        if (verdict instanceof Verdict.Admitted(var ticket)) {
          ticket.send();
        }
        return verdict;
      });
    }
    int admitted = 0;
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var verdict : threads.invokeAll(asking)) {
        admitted += (verdict.get() instanceof Verdict.Admitted) ? 1 : 0;
      }
    }
    assertThat(admitted).isEqualTo(10);
    assertThat(meter.usage().sent()).isEqualTo(10);
  }

  @Test
  void tokensAreForTheMonth() {
    var quota = new Quota(0, 0, 100);
    admitted(quota).addTokens(99);
    admitted(quota).addTokens(1);
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.OverBudget("100 tokens"));
  }

  @Test
  void aNewMonthBeginsAnew() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2030-01-31T23:59:59Z")));
    var quota = new Quota(0, 1, 1);
    var old = admitted(quota);
    var open = List.of(old, old);
    old.send();
    old.addTokens(7);
    assertThat(meter.admit(quota)).isInstanceOf(Verdict.OverBudget.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(meter.usage()).isEqualTo(Usage.NONE);
    open.forEach(ticket -> ticket.end(true));
    admitted(quota);
  }

  @Test
  void aPlaceOfLastMonthIsNotGivenBackToThis() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2030-01-31T23:59:59Z")));
    var old = admitted(Quota.NONE);
    clock.advance(Duration.ofSeconds(1));
    old.end(true);
    assertThat(meter.usage().sent()).isZero();
  }

  private Ticket admitted(Quota quota) {
    var verdict = meter.admit(quota);
    assertThat(verdict).isInstanceOf(Verdict.Admitted.class);
    return ((Verdict.Admitted) verdict).ticket();
  }
}
