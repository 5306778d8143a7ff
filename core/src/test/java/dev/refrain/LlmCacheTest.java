package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Stage.Told;
import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.FaultyTier.Operation;
import dev.refrain.testing.Gate;
import dev.refrain.testing.PlainDialect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way of a call, from the question to the answer. */
@Timeout(30)
final class LlmCacheTest {
  @RegisterExtension final Stage stage = new Stage();

  @Test
  void whatWasFetchedOnceIsReplayedByteForByte() throws Exception {
    stage.upstream.expect().reply("[a]", "[b]", ".");
    var fetched = stage.ask("ask=hello;form=stream");
    stage.advance(Duration.ofHours(1));
    var replayed = stage.ask("ask=hello;form=stream");

    assertThat(fetched).isEqualTo(new Told(Outcome.FETCHED, null, 200, "[a][b].", null));
    assertThat(replayed.outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(replayed.body()).isEqualTo(fetched.body());
    assertThat(replayed.age().ageMillis()).isEqualTo(Duration.ofHours(1).toMillis());
  }

  @Test
  void aReplayKeepsTheBordersOfTheChunks() throws Exception {
    stage.upstream.expect().reply("[a]", "[", "b].");
    stage.ask("ask=hello;form=stream");

    try (var replayed = stage.open("ask=hello;form=stream")) {
      assertThat(Stage.text(replayed.next())).isEqualTo("[a]");
      assertThat(Stage.text(replayed.next())).isEqualTo("[");
      assertThat(Stage.text(replayed.next())).isEqualTo("b].");
      assertThat(replayed.next()).isNull();
      assertThat(Stage.text(replayed.whole())).isEqualTo("[a][b].");
    }
  }

  @Test
  void whatIsAskedInOtherWordsIsFetched() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.upstream.expect().reply("two.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("one.");
    assertThat(stage.ask("ask=goodbye").body()).isEqualTo("two.");
  }

  @Test
  void noScopeSeesTheAnswersOfAnother() throws Exception {
    stage.upstream.expect().reply("ours.");
    stage.upstream.expect().reply("theirs.");
    stage.ask("ask=hello");
    var call = stage.cache().read(PlainDialect.request("ask=hello"), Scope.tenant("other"));

    try (var answer = stage.cache().answer(call, stage.upstream)) {
      assertThat(Told.of(answer).body()).isEqualTo("theirs.");
    }
  }

  @Test
  void whoAsksMeanwhileJoins() throws Exception {
    var script = stage.upstream.expect();
    var first = stage.send("ask=hello");
    script.awaitCalled();
    var second = stage.send("ask=hello");
    stage.awaitPassengers(2, "ask=hello");
    script.reply("hel", "lo.");

    assertThat(first.get()).isEqualTo(new Told(Outcome.FETCHED, null, 200, "hello.", null));
    assertThat(second.get()).isEqualTo(new Told(Outcome.JOINED, null, 200, "hello.", null));
  }

  @Test
  void aThousandWhoAskForTheSameStreamCostOneCall() throws Exception {
    var script = stage.upstream.expect();
    var told = stage.send(1_000, "ask=hello;form=stream");
    stage.awaitPassengers(1_000, "ask=hello;form=stream");
    script.reply("[a]", "[b]", "[c]", ".");

    assertThat(told).map(Future::get).extracting(Told::body).containsOnly("[a][b][c].");
    assertThat(told).map(Future::get).extracting(Told::outcome).containsOnlyOnce(Outcome.FETCHED);
  }

  @Test
  void aThousandWhoComeAtAnyMomentCostOneCall() throws Exception {
    stage.upstream.otherwise((request, script) -> script.reply("[a]", "[b]", "[c]", "."));
    var told = stage.send(1_000, "ask=hello;form=stream");

    assertThat(told).map(Future::get).extracting(Told::body).containsOnly("[a][b][c].");
    assertThat(stage.upstream.calls()).isOne();
  }

  @Test
  void whoLookedTooEarlyAndDepartsTooLateLooksAgain() throws Exception {
    var tier = FaultyTier.around(stage.memory);
    stage.tier(tier);
    stage.upstream.expect().reply("hello.");
    var looked = tier.stallAfter(Operation.FIND); // has found nothing, but does not know it yet
    var slow = stage.send("ask=hello");
    looked.awaitReached();
    tier.heal();
    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.FETCHED);
    looked.open();

    assertThat(slow.get().body()).isEqualTo("hello.");
    assertThat(slow.get().outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void anAnswerLiesInTheCacheBeforeItsFlightLeavesTheBoard() throws Exception {
    var tier = FaultyTier.around(stage.memory);
    stage.tier(tier);
    stage.upstream.expect().reply("hello.");
    var stores = tier.stallBefore(Operation.STORE);
    var first = stage.send("ask=hello");
    stores.awaitReached();
    var second = stage.send("ask=hello"); // a second call would not be scripted
    stage.awaitPassengers(2, "ask=hello");
    stores.open();

    assertThat(first.get().outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(second.get().outcome()).isEqualTo(Outcome.JOINED);
    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void theHeadIsThereBeforeTheBodyHasEnded() throws Exception {
    var script = stage.upstream.expect().head().chunk("hel");
    try (var answer = stage.open("ask=hello")) {
      assertThat(answer.outcome()).isEqualTo(Outcome.FETCHED);
      assertThat(answer.whole()).isNull();
      assertThat(Stage.text(answer.next())).isEqualTo("hel");
      script.chunk("lo.").end();
      assertThat(Stage.text(answer.next())).isEqualTo("lo.");
      assertThat(answer.next()).isNull();
    }
  }

  @Test
  void whatThePolicyPassesByIsNeitherKeptNorShared() throws Exception {
    for (int i = 0; i < 2; i++) {
      stage.upstream.expect().reply("hello.");
      assertThat(stage.ask("ask=hello;objection=server-state"))
          .isEqualTo(new Told(Outcome.BYPASSED, Reason.SERVER_STATE, 200, "hello.", null));
    }
  }

  @Test
  void noStoreNeitherReadsNorKeeps() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.upstream.expect().reply("two.");
    stage.upstream.expect().reply("three.");

    assertThat(stage.ask("ask=hello", "Cache-Control", "no-store").body()).isEqualTo("one.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("two.");
    assertThat(stage.ask("ask=hello", "Cache-Control", "no-store").body()).isEqualTo("three.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("two.");
  }

  @Test
  void onlyIfCachedNeverAsksUpstream() throws Exception {
    var miss = stage.ask("ask=hello", "Cache-Control", "only-if-cached");
    assertThat(miss.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(miss.reason()).isEqualTo(Reason.ONLY_IF_CACHED);
    assertThat(miss.status()).isEqualTo(504);
    assertThat(miss.body()).startsWith("504 only-if-cached: ");

    stage.upstream.expect().reply("hello.");
    stage.ask("ask=hello");
    var hit = stage.ask("ask=hello", "Cache-Control", "only-if-cached");
    assertThat(hit.outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void onlyIfCachedIsRefusedWhereNothingIsEverCached() throws Exception {
    for (var call : List.of("ask=hello;objection=tools", "not a plain request")) {
      assertThat(stage.ask(call, "Cache-Control", "only-if-cached").status()).isEqualTo(504);
    }
  }

  @Test
  void anUpstreamIsAskedForAReplyThatCanBeRead() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask("ask=hello", "Accept-Encoding", "gzip");

    assertThat(stage.upstream.requests().getFirst().headers().all("accept-encoding"))
        .containsExactly("identity");
  }

  @Test
  void peekAnswersOnlyWhatCanBeAnsweredAtOnce() throws Exception {
    assertThat(stage.cache().peek(stage.call("ask=hello"), stage.upstream)).isNull();
    stage.upstream.expect().reply("hello.");
    stage.ask("ask=hello");

    try (var answer = stage.cache().peek(stage.call("ask=hello"), stage.upstream)) {
      assertThat(Told.of(Objects.requireNonNull(answer)).outcome()).isEqualTo(Outcome.REPLAYED);
    }
    var bypassed = stage.call("ask=hello", "Cache-Control", "no-store");
    assertThat(stage.cache().peek(bypassed, stage.upstream)).isNull();
  }

  @Test
  void anAnswerMayBeAwaitedElsewhere() throws Exception {
    var script = stage.upstream.expect();
    var future = stage.cache().answerAsync(stage.call("ask=hello"), stage.upstream);
    script.awaitCalled();
    assertThat(future).isNotDone();
    script.reply("hello.");

    try (var answer = future.get()) {
      assertThat(Told.of(answer).body()).isEqualTo("hello.");
    }
  }

  @Test
  void whoCancelsHisFutureIsNoLongerAboard() throws Exception {
    var script = stage.upstream.expect();
    var call = stage.call("ask=hello");
    var future = stage.cache().answerAsync(call, stage.upstream);
    script.awaitCalled();
    stage.awaitPassengers(1, "ask=hello");
    future.cancel(true);

    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    stage.awaitPassengers(0, "ask=hello");
    script.reply("hello."); // which is finished and kept all the same
    stage.listener.await(Event.Kept.class);
  }

  @Test
  void aFutureThatRunsOutOfTimeGetsOffToo() throws Exception {
    var script = stage.upstream.expect();
    var future = stage.cache().answerAsync(stage.call("ask=hello"), stage.upstream);
    script.awaitCalled();
    stage.awaitPassengers(1, "ask=hello");
    future.completeExceptionally(new TimeoutException("as by orTimeout"));

    stage.awaitPassengers(0, "ask=hello");
    script.reply("hello.");
    stage.listener.await(Event.Kept.class);
  }

  @Test
  void anAnswerThatComesAfterItsFutureWasCancelledIsClosed() throws Exception {
    var gate = new Gate();
    Upstream deaf =
        request -> {
          gate.passOrGiveUp();
          assertThat(Thread.interrupted()).isTrue();
          return stage.upstream.send(request);
        };
    var script = stage.upstream.expect().reply("hello.");
    var future = stage.cache().answerAsync(stage.call("ask=hello;objection=tools"), deaf);
    gate.awaitReached();
    future.cancel(true);

    script.awaitClosed();
  }

  @Test
  void aFutureFailsAsItsCallDoes() {
    stage.upstream.expect().cut();
    var future = stage.cache().answerAsync(stage.call("ask=hello"), stage.upstream);

    assertThatThrownBy(future::get).hasRootCauseMessage("connection reset");
  }

  @Test
  void nobodyCanChangeWhatIsCached() throws Exception {
    stage.upstream.expect().reply("hello.");
    try (var fetched = stage.open("ask=hello")) {
      assertReadOnly(fetched.next());
      assertThat(fetched.next()).isNull();
    }
    try (var replayed = stage.open("ask=hello")) {
      assertReadOnly(replayed.whole());
      assertReadOnly(replayed.next());
      Arrays.fill(replayed.readAll(), (byte) 'x');
    }

    assertThat(stage.ask("ask=hello").body()).isEqualTo("hello.");
  }

  private static void assertReadOnly(@Nullable ByteBuffer buffer) {
    assertThat(buffer).isNotNull();
    assertThat(buffer.isReadOnly()).isTrue();
    assertThat(buffer.hasArray()).isFalse();
    assertThatThrownBy(() -> buffer.put(0, (byte) 'x')).isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void noMoreCallsAreUnderWayThanAreAllowed() throws Exception {
    stage.limits(new Limits(1 << 20, 1 << 20, 1, Duration.ofMinutes(1), Limits.FINISH));
    var script = stage.upstream.expect();
    var first = stage.send("ask=hello");
    script.awaitCalled();

    assertThatThrownBy(() -> stage.ask("ask=goodbye")).isInstanceOf(IOException.class);
    script.reply("hello.");
    assertThat(first.get().body()).isEqualTo("hello.");
  }

  @Test
  void closingTheCacheEndsTheCallsThatAreUnderWay() throws Exception {
    var script = stage.upstream.expect();
    var waiting = stage.send("ask=hello");
    script.awaitCalled();
    stage.awaitPassengers(1, "ask=hello");
    stage.cache().close();

    assertThatThrownBy(waiting::get).hasRootCauseMessage("closed");
    script.awaitInterrupted();
  }

  @Test
  void whoSawAnInvalidAnswerLooksAgainTooThoughTheNewOneIsNoYounger() throws Exception {
    var tier = FaultyTier.around(stage.memory);
    stage.tier(tier);
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello");
    stage.cache().invalidateAll();
    var looked = tier.stallAfter(Operation.FIND); // has found the old one
    var slow = stage.send("ask=hello");
    looked.awaitReached();
    tier.heal();
    stage.upstream.expect().reply("new."); // in the very millisecond of the old one
    stage.ask("ask=hello");
    looked.open();

    assertThat(slow.get().body()).isEqualTo("new.");
  }

  @Test
  void whatAFlightFoundIsServedThoughItWasInvalidatedSince() throws Exception {
    var tier = FaultyTier.around(stage.memory);
    stage.tier(tier);
    var looked = tier.stallAfter(Operation.FIND); // has found nothing, but does not know it yet
    var slow = stage.send("ask=hello");
    looked.awaitReached();
    tier.heal();
    stage.upstream.expect().reply("hello.");
    stage.ask("ask=hello");
    stage.upstream.expect().reply("!refusal!.");
    stage.ask("ask=hello", "Cache-Control", "no-cache"); // so that the next fly alone
    stage.onceAfterLooking(() -> stage.cache().invalidateAll());
    looked.open();

    assertThat(slow.get().body()).isEqualTo("hello."); // he asked before
  }

  @Test
  void aListenerThatFailsOrBlocksHarmsNobody() throws Exception {
    var gate = new Gate();
    stage.listener(event -> {
      gate.passOrGiveUp();
      throw new IllegalStateException("a bug");
    });
    stage.upstream.expect().reply("hello.");
    stage.ask("ask=hello");
    for (int i = 0; i < 20_000; i++) { // more events than the queue holds
      assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
    }
    gate.open();
  }

  @Test
  void whoReadsOnAfterTheEndIsToldItAgain() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.upstream.expect().reply("hello.");
    for (var body : List.of("ask=hello;objection=tools", "ask=hello", "ask=hello")) {
      try (var answer = stage.open(body)) {
        assertThat(Stage.text(answer)).isEqualTo("hello.");
        assertThat(answer.next()).isNull();
        assertThat(Stage.text(answer)).isEmpty();
      }
    }
  }
}
