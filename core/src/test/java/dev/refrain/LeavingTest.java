package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Stage.Told;
import dev.refrain.testing.Poll;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers who hang up, and callers who read slowly. */
@Timeout(30)
final class LeavingTest {
  @RegisterExtension final Stage stage = new Stage();

  @Test
  void whatNobodyWaitsForAnyMoreIsFinishedAndKept() throws Exception {
    var script = stage.upstream.expect().head().chunk("hel");
    stage.open("ask=hello").close();
    stage.advance(Limits.FINISH.minus(Times.MOMENT));
    script.chunk("lo.").end();
    stage.listener.await(Event.Kept.class);

    assertThat(script.wasInterrupted()).isFalse();
    assertThat(stage.ask("ask=hello"))
        .extracting(Told::outcome, Told::body)
        .containsExactly(Outcome.REPLAYED, "hello.");
  }

  @Test
  void whatNobodyWaitsForAnyMoreIsNotWaitedForWithoutEnd() throws Exception {
    var script = stage.upstream.expect().head().chunk("hel");
    stage.open("ask=hello").close();
    stage.advance(Limits.FINISH);

    script.awaitInterrupted();
    script.awaitClosed();
    assertThat(stage.memory.entries()).isZero();
  }

  @Test
  void whatNobodyWaitsForAnyMoreMayBeCancelled() throws Exception {
    stage.limits(Limits.DEFAULT.lingering(Limits.CANCEL));
    var script = stage.upstream.expect().head().chunk("hel");
    stage.open("ask=hello").close();
    stage.advance(Limits.CANCEL);
    script.awaitInterrupted();
    script.awaitClosed();
    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.CUT);
    stage.upstream.expect().reply("hello.");

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.FETCHED);
  }

  @Test
  void aCallMayBeCancelledBeforeItsHead() throws Exception {
    stage.limits(Limits.DEFAULT.lingering(Limits.CANCEL));
    var script = stage.upstream.expect();
    var gone = stage.send("ask=hello");
    script.awaitCalled();
    gone.cancel(true);
    stage.awaitPassengers(0, "ask=hello");
    stage.advance(Limits.CANCEL);

    script.awaitInterrupted();
  }

  @Test
  void whoHangsUpAtTheLastWordStillLeavesAKeptAnswer() throws Exception {
    stage.limits(Limits.DEFAULT.lingering(Limits.CANCEL));
    var script = stage.upstream.expect().head().chunk("hello.");
    try (var answer = stage.open("ask=hello")) {
      assertThat(Stage.text(answer.next())).isEqualTo("hello.");
    }
    stage.advance(Limits.CANCEL.minus(Times.MOMENT));
    script.end();
    stage.listener.await(Event.Kept.class);

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void whoeverStaysIsNotDisturbed() throws Exception {
    stage.limits(Limits.DEFAULT.lingering(Limits.CANCEL));
    var script = stage.upstream.expect();
    var leaves = stage.send("ask=hello");
    script.awaitCalled();
    var stays = stage.send("ask=hello");
    stage.awaitPassengers(2, "ask=hello");
    leaves.cancel(true);
    stage.awaitPassengers(1, "ask=hello");
    stage.advance(Duration.ofMinutes(1));
    script.reply("hello.");

    assertThat(stays.get().body()).isEqualTo("hello.");
  }

  @Test
  void aRefreshIsFinishedThoughNobodyWaits() throws Exception {
    stage.limits(Limits.DEFAULT.lingering(Limits.CANCEL));
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello");
    stage.advance(Lifetime.DEFAULT.ttl());
    var refresh = stage.upstream.expect();
    stage.ask("ask=hello");
    refresh.awaitCalled();
    stage.advance(Duration.ofMinutes(1));
    refresh.reply("new.");
    stage.awaitNothingInTheAir();

    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
  }

  @Test
  void aSlowReaderSlowsNobodyDown() throws Exception {
    var script = stage.upstream.expect().head();
    try (var slow = stage.open("ask=hello;form=stream");
        var fast = stage.open("ask=hello;form=stream")) {
      for (int i = 0; i < 100; i++) {
        script.chunk("[" + i + "]");
        assertThat(Stage.text(fast.next())).isEqualTo("[" + i + "]");
      }
      script.chunk(".").end();
      assertThat(Stage.text(fast.next())).isEqualTo(".");
      assertThat(fast.next()).isNull();

      assertThat(Stage.text(slow)).startsWith("[0][1]").endsWith("[99].");
    }
  }

  @Test
  void aLoneSlowReaderOfAReplyTooLargeToKeepSlowsUpstreamDown() throws Exception {
    stage.limits(new Limits(1 << 20, 10, 10, Duration.ofMinutes(1), Limits.FINISH));
    var script = stage.upstream.expect().head();
    for (int i = 0; i < 100; i++) {
      script.chunk("[1234567]");
    }
    script.chunk(".").end();
    try (var slow = stage.open("ask=hello;form=stream")) {
      assertThat(Stage.text(slow)).hasSize(901);
    }
  }

  @Test
  void aReplyTooLargeToKeepEndsWhenNobodyReadsIt() throws Exception {
    stage.limits(new Limits(1 << 20, 10, 10, Duration.ofMinutes(1), Limits.FINISH));
    var script = stage.upstream.expect().head();
    stage.open("ask=hello;form=stream").close();
    for (int i = 0; i < 100; i++) {
      script.chunk("[1234567]");
    }
    script.awaitClosed(); // though upstream has not ended

    Poll.until("it landed", () -> stage.cache().inFlight() == 0);
    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.TOO_LARGE);
  }
}
