package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Stage.Told;
import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.FaultyTier.Operation;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two tiers, of which one is in trouble: that is a miss, and an event, and no more. */
@Timeout(30)
final class TierTroubleTest {
  private final FaultyTier near = FaultyTier.around(MemoryTier.ofBytes(1 << 20));
  private final FaultyTier far = FaultyTier.around(MemoryTier.ofBytes(1 << 20));

  @RegisterExtension final Stage stage = new Stage().tier(near).tier(far);

  @BeforeEach
  void thereIsAnAnswerInBothTiers() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask("ask=hello");
  }

  enum Trouble {
    IO {
      @Override
      void befall(FaultyTier tier, Operation operation) {
        tier.fail(operation, new IOException("the disk is on fire"));
      }
    },
    BUG {
      @Override
      void befall(FaultyTier tier, Operation operation) {
        tier.fail(operation, new IllegalStateException("the disk is on fire"));
      }
    };

    abstract void befall(FaultyTier tier, Operation operation);
  }

  @ParameterizedTest
  @EnumSource
  void whatOneTierCannotFindAnotherDoes(Trouble trouble) throws Exception {
    trouble.befall(near, Operation.FIND);

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
    assertTrouble("faulty-memory");
  }

  @ParameterizedTest
  @EnumSource
  void whatNoTierCanFindIsFetched(Trouble trouble) throws Exception {
    trouble.befall(near, Operation.FIND);
    trouble.befall(far, Operation.FIND);
    stage.upstream.expect().reply("new.");

    assertThat(stage.ask("ask=hello"))
        .isEqualTo(new Told(Outcome.FETCHED, null, 200, "new.", null));
  }

  @ParameterizedTest
  @EnumSource
  void whatOneTierCannotStoreAnotherDoes(Trouble trouble) throws Exception {
    trouble.befall(near, Operation.STORE);
    stage.upstream.expect().reply("goodbye.");
    assertThat(stage.ask("ask=goodbye").body()).isEqualTo("goodbye.");

    assertThat(stage.ask("ask=goodbye").outcome()).isEqualTo(Outcome.REPLAYED);
    assertTrouble("faulty-memory");
  }

  @ParameterizedTest
  @EnumSource
  void whatNoTierCanStoreIsFetchedAgain(Trouble trouble) throws Exception {
    trouble.befall(near, Operation.STORE);
    trouble.befall(far, Operation.STORE);
    for (int i = 0; i < 2; i++) {
      stage.upstream.expect().reply("goodbye.");
      assertThat(stage.ask("ask=goodbye").body()).isEqualTo("goodbye.");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatOneTierCannotDropAnotherDoes(Trouble trouble) throws Exception {
    trouble.befall(near, Operation.DROP);
    stage.upstream.expect().reply("new.");
    assertThat(stage.ask("ask=hello", "Cache-Control", "no-cache").body()).isEqualTo("new.");

    assertThat(far.uses(Operation.DROP)).isEqualTo(near.uses(Operation.DROP)).isPositive();
    assertTrouble("faulty-memory");
  }

  @Test
  void aTierThatFailsToPeekHasNothingAtOnce() throws Exception {
    near.fail(Operation.PEEK, new IllegalStateException("the disk is on fire"));
    try (var answer = stage.cache().peek(stage.call("ask=hello"), stage.upstream)) {
      assertThat(answer).isNotNull(); // the other has it
    }
    far.fail(Operation.PEEK, new IllegalStateException("the disk is on fire"));

    assertThat(stage.cache().peek(stage.call("ask=hello"), stage.upstream)).isNull();
    assertTrouble("faulty-memory");
  }

  @Test
  void whatIsReplacedWhileItIsOnItsWayNearerDoesNotComeToLieThere() throws Exception {
    var slot = stage.slot("ask=hello");
    near.drop(slot);
    var found = far.stallAfter(Operation.FIND); // the old one
    var before = stage.send("ask=hello");
    found.awaitReached();
    far.heal();
    stage.upstream.expect().reply("new.");
    assertThat(stage.ask("ask=hello", "Cache-Control", "no-cache").body()).isEqualTo("new.");
    found.open();

    assertThat(before.get().body()).isEqualTo("hello.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
  }

  @Test
  void whatLiesFarAwayIsCopiedNearer() throws Exception {
    near.drop(stage.slot("ask=hello"));
    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
    int finds = far.uses(Operation.FIND);

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(far.uses(Operation.FIND)).isEqualTo(finds);
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeCopiedNearerIsServedAllTheSame(Trouble trouble) throws Exception {
    near.drop(stage.slot("ask=hello"));
    trouble.befall(near, Operation.STORE);

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
    assertTrouble("faulty-memory");
  }

  @Test
  void aRecordingOfAnotherCallIsNeverServed() throws Exception {
    stage.upstream.expect().reply("other.");
    stage.ask("ask=other");
    var other = near.find(stage.slot("ask=other"));
    near.lie(other.recording());

    assertThat(stage.ask("ask=hello").body()).isEqualTo("hello."); // from the other tier
    assertThat(stage.listener.await(Event.TierFailed.class).cause())
        .hasMessageContaining("another slot");
  }

  @Test
  void aRecordingOfAnotherCallIsNeverPeekedAt() throws Exception {
    stage.upstream.expect().reply("other.");
    stage.ask("ask=other");
    var other = near.find(stage.slot("ask=other"));
    near.lie(other.recording());

    try (var answer = stage.cache().peek(stage.call("ask=hello"), stage.upstream)) {
      assertThat(Stage.text(answer)).isEqualTo("hello.");
    }
    far.lie(other.recording());
    assertThat(stage.cache().peek(stage.call("ask=hello"), stage.upstream)).isNull();
    stage.listener.await(Event.TierFailed.class);
  }

  @Test
  void aRecordingInAnotherFormIsNotTakenForTheOneAskedFor() throws Exception {
    var whole = near.find(stage.slot("ask=hello"));
    near.lie(whole.recording());
    far.lie(whole.recording());

    assertThat(stage.ask("ask=hello;form=stream").body()).isEqualTo("[hello].");
  }

  @Test
  void aTierInTroubleDoesNotKeepTheOthersFromBeingClosed() {
    near.fail(Operation.CLOSE, new UncheckedIOException(new IOException("the disk is on fire")));
    stage.cache().close();

    assertThat(List.of(near.uses(Operation.CLOSE), far.uses(Operation.CLOSE))).containsOnly(1);
  }

  @Test
  void aSlowTierHoldsUpOnlyThoseWhoNeedIt() throws Exception {
    stage.upstream.expect().reply("goodbye.");
    var stores = far.stallBefore(Operation.STORE);
    var slow = stage.send("ask=goodbye");
    stores.awaitReached();

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
    stores.open();
    assertThat(slow.get().body()).isEqualTo("goodbye.");
  }

  private void assertTrouble(String tier) {
    var told = stage.listener.await(Event.TierFailed.class);
    assertThat(told.tier()).isEqualTo(tier);
    assertThat(told.cause()).hasMessage("the disk is on fire");
  }
}
