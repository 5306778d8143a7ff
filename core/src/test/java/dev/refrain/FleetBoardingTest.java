package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Fleet.Boarding.Landed;
import dev.refrain.Fleet.Purpose;
import dev.refrain.Stage.Told;
import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.FaultyTier.Operation;
import dev.refrain.testing.ScriptedFleet;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What flights, for one call or for a batch, make of what the fleet says to them. */
@Timeout(30)
final class FleetBoardingTest {
  private static final Duration BEYOND_ITS_TIME = Duration.ofHours(24).plusMinutes(30);

  private final ScriptedFleet fleet = new ScriptedFleet();
  private final FaultyTier near = FaultyTier.around(MemoryTier.ofBytes(1 << 20));
  private final FaultyTier shared = FaultyTier.sharedAround(MemoryTier.ofBytes(1 << 20));
  @RegisterExtension final BatchStage batches = new BatchStage();
  private final Stage stage = batches.stage;

  @BeforeEach
  void set() {
    stage.tier(near).tier(shared).fleet(fleet);
  }

  private void answerAll() {
    stage.upstream.otherwise(batches.provider);
  }

  private boolean isShared(String word) throws Exception {
    var batch = (Meaning.Batch) batches.call(word).meaning();
    return shared.find(batch.items().getFirst().slot()) != null;
  }

  @Test
  void aBatchThatIsLedIsStoredForAllAndItsLeaseGivenBack() throws Exception {
    answerAll();
    var lead = fleet.expectLead();
    batches.ask("a b");
    stage.awaitNothingInTheAir();

    assertThat(isShared("a") && isShared("b")).isTrue();
    assertThat(fleet.offered()).isEmpty();
    assertThat(lead.isClosed()).isTrue();
    assertThat(lead.isTurnedDown()).isFalse();
  }

  /** Another may lead by now, and have stored something newer. */
  @Test
  void aBatchWhoseLeaseWasLostIsOfferedOnly() throws Exception {
    answerAll();
    var lead = fleet.expectLead();
    lead.lose();
    batches.ask("a b");
    stage.awaitNothingInTheAir();

    assertThat(isShared("a") || isShared("b")).isFalse();
    assertThat(fleet.offered()).hasSize(2);
    assertThat(lead.isClosed()).isTrue();
  }

  @Test
  void whoeverFollowsIsToldOfABatchThatWouldNeverBeKept() throws Exception {
    var lead = fleet.expectLead();
    batches.expect().head(200, "content-type", "text/html").chunk("hello").end();
    batches.ask("a b");
    stage.awaitNothingInTheAir();
    assertThat(lead.isTurnedDown()).isTrue();
  }

  @Test
  void aBatchThatFailedMayBeKeptTheNextTime() throws Exception {
    for (int status : new int[] {400, 503}) {
      var lead = fleet.expectLead();
      batches.expect().head(status, "content-type", "application/json").chunk("{}").end();
      batches.ask("a b");
      stage.awaitNothingInTheAir();
      assertThat(lead.isTurnedDown()).as("after %d", status).isFalse();
      assertThat(lead.isClosed()).isTrue();
    }
  }

  @Test
  void allWhoAreAskedForTheSameBatchAgreeAndNobodyElseDoes() throws Exception {
    answerAll();
    batches.ask("x y", "cache-control", "no-cache");
    assertThat(fleet.errands()).as("who wants all anew asks nobody").isEmpty();
    for (var words : new String[] {"a b", "a c d", "a b"}) {
      batches.ask(words);
      stage.advance(Duration.ofDays(30));
    }
    stage.awaitNothingInTheAir();
    var errands = fleet.errands();
    assertThat(errands).hasSize(3).allMatch(errand -> errand.purpose() == Purpose.AWAIT);
    assertThat(errands.get(2).slot()).isEqualTo(errands.get(0).slot());
    assertThat(errands.get(1).slot()).isNotEqualTo(errands.get(0).slot());
  }

  @Test
  void whatAnotherHasFetchedMeanwhileIsNotFetchedAgain() throws Exception {
    answerAll();
    fleet.expectLead();
    batches.ask("a b");
    stage.awaitNothingInTheAir();
    near.clear();
    shared.fail(Operation.FIND, new IOException("not yet"));
    fleet.expect(new Landed());
    fleet.whenBoarded(shared::heal);

    BatchStage.assertRight(batches.ask("b a"), "b a");
    assertThat(stage.upstream.calls()).isOne();
  }

  /** It is fresh still when the flight looks again, and that is no news. */
  @Test
  void aHotBatchIsFetchedAnewBeforeItExpires() throws Exception {
    var hotLife = Duration.ofHours(6);
    stage.times(Times.PLAIN.hot(3, Times.HOUR, hotLife).maxAge(Duration.ofHours(24)).early(1));
    var script = batches.expect();
    var told = batches.send("a b");
    script.awaitCalled();
    stage.advance(Duration.ofMinutes(1)); // which makes it dear
    batches.answer(script);
    told.get();
    for (int i = 0; i < 3; i++) {
      batches.ask("a b");
    }
    stage.advance(hotLife.minus(Duration.ofMinutes(30)));
    stage.luck.set(Stage.AS_EARLY_AS_CAN_BE);
    var refresh = batches.expect();
    assertThat(batches.ask("a b").outcome()).isEqualTo(Outcome.REPLAYED);
    batches.answer(refresh);
  }

  /** What is left to another process has not failed, so it is looked after at the next hit. */
  @Test
  void aRefreshOfABatchThatIsLeftToAnotherIsNotPutOff() throws Exception {
    batches.learn("a b");
    int before = fleet.errands().size();
    stage.advance(BEYOND_ITS_TIME);
    for (int i = 1; i <= 2; i++) {
      fleet.expectBusy();
      assertThat(batches.ask("a b").outcome()).isEqualTo(Outcome.STALE);
      stage.awaitNothingInTheAir();
      assertThat(fleet.errands()).hasSize(before + i);
    }
    assertThat(fleet.errands().getLast().purpose()).isEqualTo(Purpose.LEAD);
    assertThat(stage.upstream.calls()).isOne();
  }

  @Test
  void aRefreshOfABatchThatFailedIsPutOff() throws Exception {
    batches.learn("a b");
    stage.advance(BEYOND_ITS_TIME);
    batches.expect().cut();
    for (int i = 0; i < 3; i++) {
      assertThat(batches.ask("a b").outcome()).isEqualTo(Outcome.STALE);
      stage.awaitNothingInTheAir();
    }
    assertThat(stage.upstream.calls()).isEqualTo(2);
    stage.advance(Duration.ofSeconds(10));
    assertThat(batches.ask("a b").outcome()).isEqualTo(Outcome.STALE);
    stage.awaitNothingInTheAir();
    assertThat(stage.upstream.calls()).isEqualTo(3);
    assertThat(batches.ask("a b").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void aRefreshThatIsLeftToAnotherIsNotPutOff() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello");
    stage.advance(BEYOND_ITS_TIME);
    for (int i = 2; i <= 3; i++) {
      fleet.expectBusy();
      assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.STALE);
      stage.awaitNothingInTheAir();
      assertThat(fleet.errands()).hasSize(i);
    }
  }

  @Test
  void aReplyThatFailedIsNotTurnedDownForAll() throws Exception {
    var failed = fleet.expectLead();
    stage.upstream.expect().status(500, "sorry.");
    stage.ask("ask=hello");
    stage.awaitNothingInTheAir();
    assertThat(failed.isTurnedDown()).isFalse();
    var refused = fleet.expectLead();
    stage.upstream.expect().reply("!refusal!.");
    stage.ask("ask=hello");
    stage.awaitNothingInTheAir();
    assertThat(refused.isTurnedDown()).isTrue();
  }

  /** What lies nearer may be old, and is then not what counts. */
  @Test
  void whoLeadsLooksFirstWhereOthersHaveStored() throws Exception {
    stage.upstream.expect().reply("old.");
    fleet.expectLead();
    stage.ask("ask=hello");
    stage.advance(BEYOND_ITS_TIME);
    near.fail(Operation.STORE, new IOException("no room"));
    stage.upstream.expect().reply("new.");
    fleet.expectLead();
    var slot = stage.slot("ask=hello");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("old.");
    stage.awaitNothingInTheAir();
    near.heal();
    assertThat(near.find(slot).recording().bornMillis())
        .isLessThan(shared.find(slot).recording().bornMillis());

    fleet.expectLead();
    assertThat(stage.ask("ask=hello").body()).isEqualTo("old.");
    stage.awaitNothingInTheAir();
    assertThat(stage.upstream.calls()).as("the new one was there").isEqualTo(2);
    assertThat(stage.ask("ask=hello"))
        .extracting(Told::outcome, Told::body)
        .containsExactly(Outcome.REPLAYED, "new.");
  }
}
