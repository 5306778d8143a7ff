package dev.refrain.gateway.keys;

import static dev.refrain.gateway.keys.CountingGateway.clear;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.FakeBoard.Trouble;
import dev.refrain.testing.MovableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What gateways count together stays true, whatever goes wrong. */
final class ClearingTroubleTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final List<Trouble> TROUBLES = List.of(Trouble.values());
  private static final int SEEDS = LONG ? 100_000 : 100;

  private final FakeBoard board = new FakeBoard();
  private final MovableClock clock = new MovableClock();

  private CountingGateway gateway() {
    return new CountingGateway(board, clock);
  }

  @Test
  void whatTheBoardLosesIsBackWhenAllWereCleared() throws Exception {
    var one = gateway();
    var other = gateway();
    var gone = gateway();
    one.spend(1);
    other.spend(2);
    gone.spend(4);
    clear(one, other, gone, one);
    board.flush(); // and the third is no more
    assertThat(one.sent()).isEqualTo(7);
    clear(one, other, one, other);

    assertThat(one.sent()).isEqualTo(7);
    var late = gateway();
    late.clear();
    assertThat(late.sent()).isEqualTo(7);
  }

  @Test
  void anOlderBoardMakesNothingUndone() throws Exception {
    var one = gateway();
    var other = gateway();
    one.spend(1);
    one.clear();
    var old = board.sheets();
    one.spend(2);
    clear(one, other);
    board.restore(old);
    other.clear();
    assertThat(other.sent()).isEqualTo(3);
    one.clear();
    var late = gateway();
    late.clear();
    assertThat(late.sent()).isEqualTo(3);
  }

  @Test
  void whileTheBoardIsAwayEachGoesOnWithWhatItKnows() throws Exception {
    var one = gateway();
    var other = gateway();
    other.spend(1);
    clear(other, one);
    board.suffer(Trouble.AWAY);
    one.spend(1);
    other.spend(1);
    clear(one, other);
    assertThat(one.sent()).isEqualTo(2);
    assertThat(one.admit(new Quota(0, 2, 0, 0))).isInstanceOf(Verdict.OverBudget.class);
    board.suffer(Trouble.NONE);
    clear(one, other, one);
    assertThat(one.sent()).isEqualTo(3);
    assertThat(other.sent()).isEqualTo(3);
  }

  @Test
  void whatWasWrittenWithoutAWordIsNotCountedTwice() throws Exception {
    var one = gateway();
    var other = gateway();
    one.spend(3);
    board.suffer(Trouble.LOSES_REPLIES);
    clear(one, one, other);
    board.suffer(Trouble.NONE);
    clear(one, other, one);
    assertThat(one.sent()).isEqualTo(3);
    assertThat(other.sent()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "life 1 9 9 9 9 9 9",
        "life 1 9 9 9 9 9 9 -9",
        "life 1 9 9 9 9 9 9 9999999999999999999",
        "life 1 9 9 9 9 9 9 0x9",
        "life 1 9 9 9 9 9 9 9x",
        "l/fe 1 9 9 9 9 9 9 9",
        "{\"calls\":9}"
      })
  void whatNobodyUnderstandsIsIgnored(String text) throws Exception {
    var one = gateway();
    var other = gateway();
    one.spend(2);
    one.clear();
    board.scrawl("scrawled", text);
    clear(other, one);
    other.spend(1);
    clear(other, one);
    assertThat(one.sent()).isEqualTo(3);
    assertThat(other.sent()).isEqualTo(3);
  }

  @Test
  void aSheetThatNobodyCanReadChangesNothing() throws Exception {
    var one = gateway();
    var other = gateway();
    other.spend(1);
    clear(other, one);
    board.suffer(Trouble.SCRAWLED);
    one.spend(1);
    clear(one, one);
    assertThat(one.sent()).isEqualTo(2);
    board.suffer(Trouble.NONE);
    clear(one, other);
    assertThat(other.sent()).isEqualTo(2);
  }

  @Test
  void whatALaterVersionAddsIsNoHarm() throws Exception {
    var one = gateway();
    one.spend(1);
    one.clear();
    board.scrawl("later", "life 1 2 0 2 0 0 0 0 and 7 more");
    one.clear();
    assertThat(one.sent()).isEqualTo(3);
  }

  @Test
  void sumsThatAreTooLargeOpenNothingAndCanStillBeNoted() throws Exception {
    var one = gateway();
    one.spend(1);
    one.clear();
    for (int i = 0; i < 100; i++) {
      board.scrawl("line" + i, "life 1" + " 999999999999999999".repeat(7));
    }
    one.clear();
    assertThat(one.admit(new Quota(0, 10, 0, 0))).isInstanceOf(Verdict.OverBudget.class);
    assertThat(one.admit(new Quota(0, 0, 10, 0))).isInstanceOf(Verdict.OverBudget.class);
    assertThat(one.admit(new Quota(0, 0, 0, 10))).isInstanceOf(Verdict.OverBudget.class);
    var used = one.used();
    assertThat(used.sent()).isPositive();
    assertThat(Dollars.billionths(Dollars.text(used.spent().billionths()))).isPositive();
  }

  /** Killed before it could note what it had told already. */
  @Test
  void whoBeginsAgainGoesOnWhereTheBoardKnowsMore() throws Exception {
    var one = gateway();
    one.spend(2);
    var notes = one.notes(clock);
    one.spend(1);
    var other = gateway();
    other.spend(4);
    clear(one, other, one);

    var again = gateway().restoring(notes);
    assertThat(again.sent()).isEqualTo(2);
    again.clear();
    assertThat(again.sent()).isEqualTo(7);
    again.spend(1);
    clear(again, other, again);
    assertThat(again.sent()).isEqualTo(8);
    assertThat(other.sent()).isEqualTo(8);
  }

  @Test
  void whoBeginsAgainWithoutTheBoardKnowsWhatTheOthersHadSpent() throws Exception {
    var one = gateway();
    var other = gateway();
    one.spend(1);
    other.spend(2);
    clear(one, other, one);
    board.suffer(Trouble.AWAY);
    var again = gateway().restoring(one.notes(clock));
    again.clear();
    assertThat(again.sent()).isEqualTo(3);

    board.flush();
    board.suffer(Trouble.NONE);
    again.clear();
    assertThat(again.sent()).isEqualTo(3);
    clear(other, again);
    assertThat(again.sent()).isEqualTo(3);
    assertThat(other.sent()).isEqualTo(3);
  }

  @Test
  void withoutNotesItIsJustAnotherGateway() throws Exception {
    var one = gateway();
    one.spend(2);
    one.clear();
    var again = gateway();
    again.spend(1);
    clear(again, again);
    assertThat(again.sent()).isEqualTo(3);
  }

  /** From a copied disk, or by mistake: two that take the same notes for their own. */
  @Test
  void twoWithTheSameNotesPartWhenTheyMeet() throws Exception {
    var before = gateway();
    before.spend(2);
    before.clear();
    var notes = before.notes(clock);
    var one = gateway().restoring(notes);
    var twin = gateway().restoring(notes);
    one.spend(1);
    clear(one, one);
    clear(twin, one);
    for (int i = 0; i < 3; i++) {
      one.spend(1);
      twin.spend(2);
      clear(one, twin, one);
    }
    clear(twin);
    assertThat(one.sent()).isEqualTo(11); // until they met, two counted as one
    assertThat(twin.sent()).isEqualTo(11);
    assertThat(one.meter.account().line()).isNotEqualTo(twin.meter.account().line());
  }

  /** Whatever happens, in whatever order: nothing is lost, and nothing counts twice. */
  @Test
  void inTheEndAllKnowAll() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var gateways = new ArrayList<>(List.of(gateway(), gateway(), gateway()));
      long spent = 0;
      for (int step = 0; step < 80; step++) {
        int which = random.nextInt(gateways.size());
        var gateway = gateways.get(which);
        switch (random.nextInt(8)) {
          case 0, 1 -> {
            gateway.spend(1);
            spent++;
          }
          case 2 -> board.suffer(TROUBLES.get(random.nextInt(TROUBLES.size())));
          case 3 -> {
            if (random.nextInt(4) == 0) {
              board.flush();
            }
          }
          case 4 -> {
            if (random.nextInt(4) == 0) {
              gateways.set(which, gateway().restoring(gateway.notes(clock)));
            }
          }
          default -> gateway.clear();
        }
        assertThat(gateway.sent()).as("seed " + seed).isLessThanOrEqualTo(spent);
      }
      board.suffer(Trouble.NONE);
      for (int i = 0; i < 4; i++) {
        for (var gateway : gateways) {
          gateway.clear();
        }
      }
      assertThat(gateways.stream().map(CountingGateway::sent))
          .as("seed " + seed)
          .containsExactly(spent, spent, spent);
      board.flush();
    }
  }
}
