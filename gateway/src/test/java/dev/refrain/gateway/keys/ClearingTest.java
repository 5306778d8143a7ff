package dev.refrain.gateway.keys;

import static dev.refrain.gateway.keys.CountingGateway.KEY;
import static dev.refrain.gateway.keys.CountingGateway.clear;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.FakeBoard.Trouble;
import dev.refrain.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gateways that count together what is used of one key. */
final class ClearingTest {
  private static final int ROUNDS_FOR_ALL = 30;

  private final FakeBoard board = new FakeBoard();
  private final MovableClock clock = new MovableClock();

  private CountingGateway gateway() {
    return new CountingGateway(board, clock);
  }

  @Test
  void whatOneSpendsAllHaveSpent() throws Exception {
    var one = gateway();
    var other = gateway();
    one.spend(new Spending(70, 700));
    other.spend(new Spending(30, 300));
    clear(one, other, one);

    var both = new Usage(2, 0, 2, new Spending(100, 1000));
    for (var each : List.of(one, other)) {
      assertThat(each.used()).isEqualTo(both);
      assertThat(each.admit(new Quota(0, 2, 0, 0))).isEqualTo(new Verdict.OverBudget("2 calls"));
      assertThat(each.admit(new Quota(0, 0, 100, 0))).isInstanceOf(Verdict.OverBudget.class);
      assertThat(each.admit(new Quota(0, 0, 0, 1000))).isInstanceOf(Verdict.OverBudget.class);
      assertThat(each.admit(new Quota(0, 3, 101, 1001))).isInstanceOf(Verdict.Admitted.class);
    }
  }

  @Test
  void whoWasLetInBeforeTheOthersHadSpentAllDoesNotDepart() throws Exception {
    var one = gateway();
    var other = gateway();
    var waiting = (Verdict.Admitted) one.admit(new Quota(0, 0, 100, 0));
    var waitingToo = (Verdict.Admitted) one.admit(new Quota(0, 1, 0, 0));
    other.spend(new Spending(100, 0));
    clear(other, one);
    assertThat(waiting.ticket().depart(Spending.NOTHING))
        .isEqualTo(new Departure.Spent("100 tokens"));
    assertThat(waitingToo.ticket().depart(Spending.NOTHING))
        .isEqualTo(new Departure.Spent("1 calls"));
    assertThat(waitingToo.ticket().send()).isEqualTo("1 calls");
  }

  /** Most calls are hits. */
  @Test
  void whoWasLetInHasSpentNothingYet() throws Exception {
    var one = gateway();
    var other = gateway();
    var burst = new ArrayList<Ticket>();
    for (int i = 0; i < 5; i++) {
      burst.add(one.admitted());
    }
    clear(one, other);
    burst.forEach(ticket -> ticket.end(true));
    clear(one, other);
    assertThat(other.used()).isEqualTo(new Usage(5, 5, 0, Spending.NOTHING));
  }

  @Test
  void whatCallsUnderWayMayCostIsHeldEverywhereWhileTheirGatewayLives() throws Exception {
    var quota = new Quota(0, 0, 100, 0);
    var one = gateway();
    var other = gateway();
    var fare = ((Departure.Departed) one.depart(quota, 60)).fare();
    for (int second = 0; second < 60; second++) { // it takes a minute
      clear(one, other);
      assertThat(other.depart(quota, 41)).isEqualTo(new Departure.Crowded());
      clock.advance(Duration.ofSeconds(1));
    }
    fare.settle(new Spending(5, 0));
    clear(one, other);
    var second = ((Departure.Departed) other.depart(quota, 95)).fare();
    clear(other, one);
    assertThat(one.depart(quota, 1)).isEqualTo(new Departure.Crowded());
    second.settle(Spending.NOTHING);
    clear(other, one);

    assertThat(one.depart(quota, 60)).isInstanceOf(Departure.Departed.class);
    clear(one); // and then it dies
    clear(other);
    assertThat(other.depart(quota, 60)).isEqualTo(new Departure.Crowded());
    for (int seconds = 0; seconds < 5; seconds++) {
      clock.advance(Duration.ofSeconds(1));
      clear(other);
    }
    assertThat(other.depart(quota, 60)).isInstanceOf(Departure.Departed.class);
  }

  @Test
  void aNewMonthBeginsAnewThoughClocksDiffer() throws Exception {
    var late = new MovableClock();
    for (var each : List.of(clock, late)) {
      each.advance(Duration.between(each.instant(), Instant.parse("2030-01-31T23:59:30Z")));
    }
    var one = gateway();
    var other = new CountingGateway(board, late);
    one.spend(3);
    other.spend(1);
    clear(one, other, one);
    assertThat(one.sent()).isEqualTo(4);

    clock.advance(Duration.ofMinutes(1));
    assertThat(one.used()).isEqualTo(Usage.NONE);
    one.spend(2);
    other.spend(1); // in January still
    clear(one, other, one, other);
    assertThat(one.sent()).isEqualTo(2);
    assertThat(other.sent()).isEqualTo(5);

    late.advance(Duration.ofMinutes(1));
    clear(other, one);
    assertThat(other.sent()).isEqualTo(2);
    assertThat(one.sent()).isEqualTo(2);
  }

  /** A reply of last month is on its way when the month turns. */
  @Test
  void whatIsHeardOfLastMonthIsForgotten() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2030-01-31T23:59:59Z")));
    var meter = gateway().meter;
    var told = meter.tell();
    clock.advance(Duration.ofSeconds(1));
    var share = new Share("life", 1, new Usage(9, 0, 9, Spending.NOTHING), Spending.NOTHING);
    assertThat(meter.hear(told, Map.of("line", share.text()))).isTrue();
    assertThat(meter.account().used()).isEqualTo(Usage.NONE);
  }

  @Test
  void idleKeysAreClearedNowAndThenOnly() throws Exception {
    var meters = new HashMap<String, Meter>();
    for (int i = 0; i < 600; i++) {
      meters.put("key" + i, new Meter(clock));
    }
    var clearing = new Clearing(board, meters);
    clearing.clear();
    assertThat(board.exchanged()).isEqualTo(600);
    int most = 0;
    for (int i = 0; i < ROUNDS_FOR_ALL; i++) {
      clearing.clear();
      most = Math.max(most, board.exchanged());
    }
    assertThat(most).isLessThan(100);
    assertThat(board.sheets().values()).allMatch(Map::isEmpty); // who has nothing writes nothing
    meters.get("key7").admit(Quota.NONE);
    board.suffer(Trouble.AWAY);
    clearing.clear();
    board.suffer(Trouble.NONE);
    clearing.clear();
    assertThat(board.exchanged()).isEqualTo(600); // whatever happened meanwhile
  }

  @Test
  void aKeyInUseIsClearedAtOnceAndThenNoMore() throws Exception {
    var meter = new Meter(clock);
    var clearing = new Clearing(board, Map.of(KEY, meter));
    clearing.clear();
    board.exchanged();
    meter.admit(Quota.NONE);
    clearing.clear();
    assertThat(board.exchanged()).isEqualTo(1);
    for (int i = 0; i < ROUNDS_FOR_ALL; i++) {
      clearing.clear();
    }
    assertThat(board.exchanged()).isEqualTo(1);
  }

  @Test
  void aKeyWithCallsUnderWayIsClearedAgainAndAgain() throws Exception {
    var meter = new Meter(clock);
    var clearing = new Clearing(board, Map.of(KEY, meter));
    ((Verdict.Admitted) meter.admit(Quota.NONE)).ticket().depart(new Spending(7, 0));
    clearing.clear();
    board.exchanged();
    for (int i = 0; i < 5; i++) {
      clearing.clear();
    }
    assertThat(board.exchanged()).isEqualTo(5);
  }

  @Test
  void whatIsFoundMissingIsPutBackAtOnceAndNotForEver() throws Exception {
    var gone = new CountingGateway(board, clock);
    gone.spend(4);
    gone.clear();
    var clearing = new Clearing(board, Map.of(KEY, new Meter(clock)));
    clearing.clear();
    board.flush();
    board.exchanged();
    for (int i = 0; i < ROUNDS_FOR_ALL && board.sheets().isEmpty(); i++) {
      clearing.clear(); // until its turn has come
    }
    clearing.clear();
    assertThat(board.sheets().values()).singleElement().matches(lines -> lines.size() == 1);
    assertThat(board.exchanged()).isEqualTo(2);

    for (int i = 0; i < 2 * ROUNDS_FOR_ALL; i++) {
      board.flush(); // it cannot be put back, whoever is to blame
      clearing.clear();
    }
    assertThat(board.exchanged()).isLessThan(10);
  }
}
