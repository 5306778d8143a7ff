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
    var quota = new Quota(3, 0, 0, 0);
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
    var quota = new Quota(0, 2, 0, 0);
    for (int i = 0; i < 5; i++) {
      admitted(quota).end(true);
    }
    admitted(quota).end(false);
    assertThat(meter.account().used()).isEqualTo(new Usage(6, 5, 0, Spending.NOTHING));
  }

  @Test
  void whatGoesUpstreamIsPaidForOnce() {
    var quota = new Quota(0, 2, 0, 0);
    for (int i = 0; i < 2; i++) {
      var ticket = admitted(quota);
      assertThat(ticket.send()).isEmpty();
      ticket.end(true);
      ticket.end(true);
    }
    assertThat(meter.account().used()).isEqualTo(new Usage(2, 0, 2, Spending.NOTHING));
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.OverBudget("2 calls"));
  }

  @Test
  void aRefreshBehindAHitIsPaidForToo() {
    var ticket = admitted(Quota.NONE);
    ticket.end(true);
    departed(ticket, Spending.NOTHING);
    assertThat(meter.account().used()).isEqualTo(new Usage(1, 1, 1, Spending.NOTHING));
  }

  /** Whoever waits may get a hit, or join another's call. */
  @Test
  void whoWasLetInTakesNothingOfTheBudgetBeforeHeDeparts() {
    var quota = new Quota(0, 1, 0, 0);
    for (int i = 0; i < 5; i++) {
      admitted(quota);
    }
    assertThat(meter.account().used().sent()).isZero();
    departed(quota, Spending.NOTHING);
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.OverBudget("1 calls"));
  }

  @Test
  void whoWasLetInBeforeTheLastCallWentDoesNotDepart() {
    var quota = new Quota(0, 2, 0, 0);
    var relay = admitted(quota);
    var chat = admitted(quota);
    var behindHit = admitted(quota);
    behindHit.end(true);
    departed(quota, Spending.NOTHING);
    departed(quota, Spending.NOTHING);
    assertThat(relay.send()).isEqualTo("2 calls");
    assertThat(chat.depart(Spending.NOTHING)).isEqualTo(new Departure.Spent("2 calls"));
    assertThat(behindHit.depart(Spending.NOTHING)).isEqualTo(new Departure.Spent("2 calls"));
    chat.end(true); // by another's call, for example
    assertThat(meter.account().used()).isEqualTo(new Usage(5, 2, 2, Spending.NOTHING));
  }

  @Test
  void whatDoesNotDepartForWantOfTokensIsNoCall() {
    var quota = new Quota(0, 2, 100, 0);
    departed(quota, tokens(60));
    assertThat(admitted(quota).depart(tokens(60))).isEqualTo(new Departure.Crowded());
    departed(quota, tokens(40));
    assertThat(meter.account().used().sent()).isEqualTo(2);
  }

  @Test
  void callsSideBySideDoNotGoBeyondTheBudget() throws Exception {
    var quota = new Quota(0, 10, 0, 0);
    var tickets = new ArrayList<Callable<String>>();
    for (int i = 0; i < 100; i++) {
      var relay = admitted(quota);
      tickets.add(relay::send);
      var chat = admitted(quota);
      tickets.add(() -> chat.depart(tokens(1)) instanceof Departure.Departed ? "" : "no");
    }
    int sent = 0;
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var refusal : threads.invokeAll(tickets)) {
        sent += refusal.get().isEmpty() ? 1 : 0;
      }
    }
    assertThat(sent).isEqualTo(10);
    assertThat(meter.account().used().sent()).isEqualTo(10);
  }

  @Test
  void tokensAreForTheMonth() {
    var quota = new Quota(0, 0, 100, 0);
    departed(quota, tokens(1)).settle(tokens(99));
    departed(quota, tokens(1)).settle(tokens(1));
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.OverBudget("100 tokens"));
  }

  @Test
  void aNewMonthBeginsAnew() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2030-01-31T23:59:59Z")));
    var quota = new Quota(0, 1, 1, 0);
    var old = admitted(quota);
    var waiting = admitted(quota);
    var open = List.of(old, waiting, old);
    departed(old, tokens(7)).settle(tokens(7));
    assertThat(meter.admit(quota)).isInstanceOf(Verdict.OverBudget.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(meter.account().used()).isEqualTo(Usage.NONE);
    open.forEach(ticket -> ticket.end(true));
    assertThat(meter.account().used()).isEqualTo(new Usage(0, 1, 0, Spending.NOTHING));
    admitted(quota);
  }

  @Test
  void whatWasLetInLastMonthCountsInTheOneInWhichItEndsOrGoes() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2030-01-31T23:59:59Z")));
    var hit = admitted(Quota.NONE);
    var sent = admitted(Quota.NONE);
    clock.advance(Duration.ofSeconds(1));
    admitted(Quota.NONE).end(true); // begins the new month
    hit.end(true);
    assertThat(sent.send()).isEmpty();
    assertThat(meter.account().used()).isEqualTo(new Usage(1, 2, 1, Spending.NOTHING));
  }

  @Test
  void moneyIsForTheMonthToo() {
    var quota = new Quota(0, 0, 0, 2_500_000_000L);
    departed(quota, Spending.NOTHING).settle(new Spending(1_000_000, 2_499_999_999L));
    departed(quota, Spending.NOTHING).settle(new Spending(0, 1));
    assertThat(meter.admit(quota)).isEqualTo(new Verdict.OverBudget("2.5 dollars"));
  }

  @Test
  void whatCostsNothingIsInNobodysWay() {
    var quota = new Quota(0, 0, 100, 0);
    departed(quota, tokens(60)).settle(tokens(90));
    var free = departed(quota, Spending.NOTHING);
    var dear = departed(quota, tokens(4_000)); // alone
    departed(quota, Spending.NOTHING).settle(Spending.NOTHING);
    free.settle(Spending.NOTHING);
    assertThat(admitted(quota).depart(tokens(1))).isEqualTo(new Departure.Crowded());
    dear.settle(tokens(5));
    departed(quota, tokens(4_000));
  }

  @Test
  void whatCallsUnderWayMayCostIsHeldUntilItIsKnown() {
    var quota = new Quota(0, 0, 100, 0);
    var second = admitted(quota);
    var first = departed(quota, tokens(60));
    assertThat(second.depart(tokens(60))).isEqualTo(new Departure.Crowded());
    assertThat(meter.account().used().sent()).isEqualTo(1);
    first.settle(tokens(10));
    departed(second, tokens(60)).settle(tokens(90));
    assertThat(meter.account().used()).isEqualTo(new Usage(2, 0, 2, tokens(100)));
  }

  /** All were let in while there was enough, and all want to depart before any has landed. */
  @Test
  void manySideBySideGoBeyondTheBudgetByOneCallAtMost() {
    var quota = new Quota(0, 0, 100, 0);
    var tickets = new ArrayList<Ticket>();
    for (int i = 0; i < 30; i++) {
      tickets.add(admitted(quota));
    }
    var fares = new ArrayList<Fare>();
    for (var ticket : tickets) {
      if (ticket.depart(tokens(7)) instanceof Departure.Departed(var fare)) {
        fares.add(fare);
      }
    }
    assertThat(fares).hasSize(14);
    fares.forEach(fare -> fare.settle(tokens(7)));
    var last = departed(tickets.get(20), tokens(7));
    assertThat(tickets.get(21).depart(tokens(7))).isEqualTo(new Departure.Crowded());
    last.settle(tokens(7));
    assertThat(tickets.get(22).depart(tokens(0))).isEqualTo(new Departure.Spent("100 tokens"));
    assertThat(meter.account().used().spent()).isEqualTo(tokens(105));
  }

  @Test
  void moneyIsHeldLikeTokens() {
    var quota = new Quota(0, 0, 0, 100);
    departed(quota, new Spending(1_000_000, 60));
    assertThat(admitted(quota).depart(new Spending(1, 41))).isEqualTo(new Departure.Crowded());
    departed(quota, new Spending(1_000_000, 40));
  }

  /** Callers allow for far more than most replies come to. */
  @Test
  void whoIsAloneDepartsAsLongAsAnythingIsLeft() {
    var quota = new Quota(0, 0, 100, 0);
    departed(quota, tokens(32_000)).settle(tokens(99));
    departed(quota, tokens(32_000)).settle(tokens(1));
    assertThat(meter.admit(quota)).isInstanceOf(Verdict.OverBudget.class);
  }

  @Test
  void whatIsSettledTwiceCountsOnce() {
    var quota = new Quota(0, 0, 100, 0);
    var other = departed(quota, tokens(50));
    var fare = departed(quota, tokens(50));
    fare.settle(tokens(5));
    fare.settle(tokens(5));
    assertThat(admitted(quota).depart(tokens(46))).isEqualTo(new Departure.Crowded());
    departed(quota, tokens(45));
    other.settle(Spending.NOTHING);
    assertThat(meter.account().used().spent()).isEqualTo(tokens(5));
  }

  @Test
  void whatIsUnderWayAtTheTurnOfTheMonthIsStillHeldAndPaidForInTheNew() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2030-01-31T23:59:59Z")));
    var quota = new Quota(0, 0, 100, 0);
    var old = departed(quota, tokens(60));
    clock.advance(Duration.ofSeconds(1));
    assertThat(admitted(quota).depart(tokens(60))).isEqualTo(new Departure.Crowded());
    old.settle(tokens(60));
    assertThat(meter.account().used().spent()).isEqualTo(tokens(60));
    departed(quota, tokens(60));
  }

  private static Spending tokens(long count) {
    return new Spending(count, 0);
  }

  private Fare departed(Quota quota, Spending expected) {
    return departed(admitted(quota), expected);
  }

  private static Fare departed(Ticket ticket, Spending expected) {
    var departure = ticket.depart(expected);
    assertThat(departure).isInstanceOf(Departure.Departed.class);
    return ((Departure.Departed) departure).fare();
  }

  private Ticket admitted(Quota quota) {
    var verdict = meter.admit(quota);
    assertThat(verdict).isInstanceOf(Verdict.Admitted.class);
    return ((Verdict.Admitted) verdict).ticket();
  }
}
