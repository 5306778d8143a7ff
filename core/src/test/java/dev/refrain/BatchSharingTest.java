package dev.refrain;

import static dev.refrain.BatchStage.assertRight;
import static dev.refrain.BatchStage.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.testing.Gate;
import dev.refrain.testing.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who shares items that are being fetched, and what becomes of him if that goes wrong. */
@Timeout(30)
final class BatchSharingTest {
  private static final String[] JSON = {"content-type", "application/json"};

  @RegisterExtension final BatchStage batches = new BatchStage();

  private final Stage stage = batches.stage;

  @Test
  void anItemThatIsBeingFetchedIsWaitedFor() throws Exception {
    var first = batches.expect();
    var one = batches.send("a b");
    first.awaitCalled();
    var second = batches.expect();
    var other = batches.send("c b");
    second.awaitCalled();
    batches.answer(second);
    stage.awaitNothingInTheAirBut(1);
    assertThat(other.isDone()).isFalse();
    batches.answer(first);

    assertRight(one.get(), "a b");
    assertRight(other.get(), "c b");
    assertThat(batches.asked()).containsExactly("a b", "c");
    assertThat(other.get().outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(other.get().share()).hasToString("0 of 2");
    assertThat(other.get().tokens()).isEqualTo(tokens("c"));
  }

  @Test
  void whatOthersPayForCostsNothing() throws Exception {
    var first = batches.expect();
    var one = batches.send("a b");
    first.awaitCalled();
    var others = new ArrayList<Future<Embedded>>();
    for (int i = 0; i < 100; i++) {
      others.add(batches.send(i % 2 == 0 ? "b" : "b a"));
    }
    batches.awaitPassengers(101, "b");
    batches.answer(first);

    assertRight(one.get(), "a b");
    for (int i = 0; i < 100; i++) {
      var other = others.get(i).get();
      assertRight(other, i % 2 == 0 ? "b" : "b a");
      assertThat(other.outcome()).isEqualTo(Outcome.JOINED);
      assertThat(other.tokens()).isZero();
    }
    assertThat(stage.upstream.calls()).isEqualTo(1);
  }

  @Test
  void callersWhoWaitForEachOtherDoNotBlock() throws Exception {
    var scripts = new ArrayList<Script>();
    var told = new ArrayList<Future<Embedded>>();
    for (var words : new String[] {"a b", "b c", "c a", "a b c d"}) {
      if (!words.equals("c a")) {
        scripts.add(batches.expect());
      }
      told.add(batches.send(words));
      if (!words.equals("c a")) {
        scripts.getLast().awaitCalled();
      }
    }
    for (var script : scripts.reversed()) {
      batches.answer(script);
    }

    assertRight(told.get(0).get(), "a b");
    assertRight(told.get(1).get(), "b c");
    assertRight(told.get(2).get(), "c a");
    assertRight(told.get(3).get(), "a b c d");
    assertThat(batches.asked()).containsExactly("a b", "c", "d");
  }

  @Test
  void anUpstreamInTroubleIsToldToAllWhoWait() throws Exception {
    var first = batches.expect();
    var one = batches.send("a b");
    first.awaitCalled();
    var other = batches.send("b");
    batches.awaitPassengers(2, "b");
    first.head(429, "content-type", "application/json", "retry-after", "7").chunk("slow").end();

    assertThat(one.get().status()).isEqualTo(429);
    assertThat(other.get().status()).isEqualTo(429);
    assertThat(other.get().body()).isEqualTo("slow");
    assertThat(stage.upstream.calls()).isEqualTo(1);
  }

  @Test
  void anUpstreamThatCannotBeReachedIsToldToAllWhoWait() throws Exception {
    var first = batches.expect();
    var one = batches.send("a b");
    first.awaitCalled();
    var other = batches.send("b");
    batches.awaitPassengers(2, "b");
    first.cut();

    assertThatThrownBy(one::get).hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(other::get).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void whatIsWrongWithAnotherBatchIsNoMatterOfOurs() throws Exception {
    var first = batches.expect();
    var one = batches.send("a too-long");
    first.awaitCalled();
    var other = batches.send("a");
    batches.awaitPassengers(2, "a");
    var second = batches.expect();
    first.head(400, JSON).chunk("too long").end();
    batches.answer(second);

    assertThat(one.get().body()).isEqualTo("too long");
    assertRight(other.get(), "a");
    assertThat(batches.asked()).containsExactly("a too-long", "a");
  }

  @Test
  void whoWaitedForAReplyThatBrokeOffAsksForHimself() throws Exception {
    var first = batches.expect().head(200, JSON).chunk("{\"object\"");
    var one = batches.send("a b");
    first.awaitCalled();
    var second = batches.expect();
    var other = batches.send("c b");
    batches.answer(second);
    stage.awaitNothingInTheAirBut(1);
    var third = batches.expect();
    first.cut();
    batches.answer(third);

    assertThatThrownBy(one::get).hasCauseInstanceOf(IOException.class);
    assertRight(other.get(), "c b");
    assertThat(other.get().tokens()).isEqualTo(tokens("c b")); // of both his calls
    assertThat(batches.asked()).containsExactly("a b", "c", "b");
  }

  @Test
  void whoLeavesDisturbsNobody() throws Exception {
    stage.limits(Limits.DEFAULT.lingering(Limits.CANCEL));
    var first = batches.expect();
    var leader = batches.send("a b");
    first.awaitCalled();
    var other = batches.send("b");
    batches.awaitPassengers(2, "b");
    leader.cancel(true);
    batches.awaitPassengers(1, "b");
    stage.advance(Duration.ofMinutes(1));
    batches.answer(first);

    assertRight(other.get(), "b");
    assertThat(batches.ask("a").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void whatNobodyWaitsForAnyMoreIsKept() throws Exception {
    batches.learn("x");
    var first = batches.expect();
    var leader = batches.send("a x b");
    first.awaitCalled();
    leader.cancel(true);
    batches.awaitPassengers(0, "a");
    batches.answer(first);
    stage.awaitNothingInTheAir();

    assertRight(batches.ask("a b"), "a b");
    assertThat(batches.asked()).containsExactly("x", "a b");
  }

  @Test
  void whoTagsItemsDoesNotTakeUntaggedOnes() throws Exception {
    var untagged = batches.expect().head(200, JSON);
    var one = batches.send("a b");
    untagged.awaitCalled();
    var own = batches.expect();
    var tagged = batches.send("a", "Cache-Tag", "doc-1");
    batches.answer(own);
    assertRight(tagged.get(), "a");
    untagged.chunk(batches.provider.reply(untagged.request())).end();

    assertRight(one.get(), "a b");
    assertThat(batches.asked()).containsExactly("a b", "a");
  }

  @Test
  void whatWasInvalidatedWhileItWasFetchedIsNotGivenToWhoAsksAfterwards() throws Exception {
    var before = batches.expect().head(200, JSON);
    var one = batches.send("a b");
    before.awaitCalled();
    stage.cache().invalidateAll();
    var after = batches.expect();
    var other = batches.send("b");
    batches.answer(after);
    assertRight(other.get(), "b");
    before.chunk(batches.provider.reply(before.request())).end();
    assertRight(one.get(), "a b");
    stage.awaitNothingInTheAir();

    stage.upstream.otherwise(batches.provider);
    assertThat(batches.ask("a b").share()).hasToString("1 of 2");
    assertThat(batches.asked()).containsExactly("a b", "b", "a");
  }

  @Test
  void whoFindsNoRoomForAFlightHoldsNoSeatOnAnother() throws Exception {
    stage.limits(new Limits(1 << 20, 1 << 20, 1, Duration.ofMinutes(1), Limits.CANCEL));
    var first = batches.expect();
    var one = batches.send("a b");
    first.awaitCalled();

    assertThatThrownBy(() -> batches.ask("b c")).hasMessageContaining("1");
    batches.awaitPassengers(1, "b");
    batches.answer(first);
    assertRight(one.get(), "a b");
  }

  @Test
  void aConvoyBehindAReplyThatCannotBeKeptDepartsAtOnce() throws Exception {
    var gate = new Gate();
    var first = batches.expect();
    stage.upstream.otherwise((request, script) -> {
      script.hold(gate);
      batches.provider.accept(request, script);
    });
    var told = new ArrayList<Future<Embedded>>();
    told.add(batches.send("a b"));
    first.awaitCalled();
    for (int i = 1; i < 100; i++) {
      told.add(batches.send("a b"));
    }
    batches.awaitPassengers(100, "a");
    first.head(200, "content-type", "text/html").chunk("<h1>").end();
    stage.upstream.awaitCalls(100);
    gate.open();

    assertThat(told.getFirst().get().body()).isEqualTo("<h1>");
    for (var other : told.subList(1, 100)) {
      assertRight(other.get(), "a b");
      assertThat(other.get().reason()).isEqualTo(Reason.HIT_FOR_MISS);
    }
  }

  @Test
  void whatIsTooOldIsNotTakenThoughTheFlightForItHasBroughtNothing() throws Exception {
    batches.learn("a");
    stage.advance(Duration.ofDays(30));
    var held = batches.expect();
    var first = batches.send("a");
    held.awaitCalled();
    var own = batches.expect();
    var both = batches.send("a b");
    own.awaitCalled();
    batches.answer(own);
    batches.awaitPassengers(2, "a");
    var again = batches.expect();
    held.head(200, JSON).chunk("{}").end();
    batches.answer(again);

    assertRight(both.get(), "a b");
    assertThat(first.get().body()).isEqualTo("{}");
    assertThat(batches.asked()).containsExactly("a", "a", "b", "a");
  }

  @Test
  void whoWaitedForAnotherIsToldWhoPaidForIt() throws Exception {
    Upstream payer = request -> stage.upstream.send(request);
    Upstream another = request -> stage.upstream.send(request);
    var held = batches.expect();
    var led = batches.sendOpen("a", payer);
    held.awaitCalled();
    var own = batches.expect();
    var both = batches.sendOpen("a b", another);
    own.awaitCalled();
    batches.answer(own);
    batches.awaitPassengers(2, "a");
    batches.answer(held);
    try (var first = led.get();
        var answer = both.get()) {
      first.readAll();
      answer.readAll();
      assertThat(answer.payers()).containsExactlyInAnyOrder(payer, another);
    }
  }
}
