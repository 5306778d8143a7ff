package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Stage.Told;
import dev.refrain.testing.Gate;
import dev.refrain.testing.PlainDialect;
import dev.refrain.testing.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who shares a call under way, who does not, and what a fresh answer replaces. */
@Timeout(30)
final class SharingTest {
  private static final String[] NO_CACHE = {"Cache-Control", "no-cache"};

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void whoWantsANewAnswerFliesAlone() throws Exception {
    var shared = stage.upstream.expect();
    var first = stage.send("ask=hello");
    shared.awaitCalled();
    var own = stage.upstream.expect();
    var forced = stage.send("ask=hello", NO_CACHE);
    own.awaitCalled();
    own.reply("new.");
    shared.reply("shared.");

    assertThat(forced.get())
        .isEqualTo(new Told(Outcome.FETCHED, Reason.NO_CACHE, 200, "new.", null));
    assertThat(first.get().body()).isEqualTo("shared.");
  }

  @Test
  void aCallThatDepartedEarlierAndLandsLaterDoesNotDriveOutTheNewAnswer() throws Exception {
    var shared = stage.upstream.expect();
    var first = stage.send("ask=hello");
    shared.awaitCalled();
    stage.advance(Duration.ofSeconds(1));
    stage.upstream.expect().reply("new.");
    assertThat(stage.ask("ask=hello", NO_CACHE).body()).isEqualTo("new.");
    shared.reply("old.");
    assertThat(first.get().body()).isEqualTo("old.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.OVERTAKEN);
  }

  @Test
  void aClockThatWasSetBackDoesNotKeepANewAnswerOut() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello");
    stage.advance(Duration.ofDays(-1));
    stage.upstream.expect().reply("new.");
    assertThat(stage.ask("ask=hello", NO_CACHE).body()).isEqualTo("new.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
  }

  @Test
  void nobodyJoinsWhoWantsANewAnswer() throws Exception {
    var own = stage.upstream.expect();
    var forced = stage.send("ask=hello", NO_CACHE);
    own.awaitCalled();
    stage.upstream.expect().reply("shared.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("shared.");
    own.reply("new.");

    assertThat(forced.get().body()).isEqualTo("new.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
  }

  @Test
  void aNewAnswerReplacesTheOldOneInAllForms() throws Exception {
    for (var form : new String[] {"whole", "stream", "verse"}) {
      stage.upstream.expect().reply(form.equals("stream") ? "[old]!lossy!." : "old!lossy!.");
      stage.ask("ask=hello;form=" + form);
    }
    assertThat(stage.memory.entries()).isEqualTo(3);
    stage.upstream.expect().reply("new.");
    assertThat(stage.ask("ask=hello", NO_CACHE).body()).isEqualTo("new.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
    assertThat(stage.ask("ask=hello;form=stream").body()).isEqualTo("[new].");
    stage.upstream.expect().reply("new verse.");
    assertThat(stage.ask("ask=hello;form=verse").body()).isEqualTo("new verse.");
  }

  @Test
  void aNewAnswerThatIsNotKeptReplacesNothing() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello");
    stage.upstream.expect().status(500, "sorry.");
    assertThat(stage.ask("ask=hello", NO_CACHE).status()).isEqualTo(500);
    stage.upstream.expect().reply("!refusal!.");
    stage.ask("ask=hello", NO_CACHE);

    assertThat(stage.ask("ask=hello").body()).isEqualTo("old.");
  }

  @Test
  void whoLimitsTheAgeJoinsOnlyAYoungCall() throws Exception {
    var script = stage.upstream.expect().head();
    var first = stage.open("ask=hello");
    stage.advance(Duration.ofSeconds(10));
    var content = stage.open("ask=hello", "Cache-Control", "max-age=10");
    stage.advance(Duration.ofMillis(1));
    stage.upstream.expect().reply("new.");
    var choosy = stage.ask("ask=hello", "Cache-Control", "max-age=10");
    script.chunk("old.").end();

    assertThat(choosy).isEqualTo(new Told(Outcome.FETCHED, null, 200, "new.", null));
    assertThat(content.outcome()).isEqualTo(Outcome.JOINED);
    for (var answer : new Answer[] {first, content}) {
      assertThat(Stage.text(answer)).isEqualTo("old.");
      answer.close();
    }
  }

  @Test
  void whoLimitTheAgeAlikeShareOneNewCall() throws Exception {
    var old = stage.upstream.expect().head();
    var first = stage.send("ask=hello");
    old.awaitCalled();
    stage.advance(Duration.ofSeconds(11));
    var anew = stage.upstream.expect();
    var choosy = stage.send(100, "ask=hello", "Cache-Control", "max-age=10");
    stage.awaitPassengers(100, "ask=hello");
    anew.reply("new.");
    assertThat(choosy).map(Future::get).extracting(Told::body).containsOnly("new.");

    old.chunk("old.").end();
    assertThat(first.get().body()).isEqualTo("old.");
  }

  @Test
  void aHitMustHaveAllTagsOfTheCall() throws Exception {
    stage.upstream.expect().reply("untagged.");
    stage.ask("ask=hello");
    stage.upstream.expect().reply("tagged.");

    assertThat(stage.ask("ask=hello", "Cache-Tag", "a,b").body()).isEqualTo("tagged.");
    assertThat(stage.ask("ask=hello", "Cache-Tag", "b").body()).isEqualTo("tagged.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("tagged.");
  }

  @Test
  void whoTagDifferentlyDoNotDriveOutEachOther() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.ask("ask=hello", "Cache-Tag", "a");
    stage.upstream.expect().reply("two.");
    stage.ask("ask=hello", "Cache-Tag", "b");

    assertThat(stage.ask("ask=hello", "Cache-Tag", "a").body()).isEqualTo("two.");
    assertThat(stage.ask("ask=hello", "Cache-Tag", "a, b").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void whoTagAlikeShareOneCallBesideAnUntaggedOne() throws Exception {
    var untagged = stage.upstream.expect().head();
    var first = stage.send("ask=hello");
    untagged.awaitCalled();
    var tagged = stage.upstream.expect();
    var told = stage.send(100, "ask=hello", "Cache-Tag", "a");
    stage.awaitPassengers(100, "ask=hello");
    tagged.reply("tagged.");
    assertThat(told).map(Future::get).extracting(Told::body).containsOnly("tagged.");

    untagged.chunk("untagged.").end();
    assertThat(first.get().body()).isEqualTo("untagged.");
  }

  @Test
  void aConvoyBehindAReplyThatCannotBeSharedDepartsAtOnceSideBySide() throws Exception {
    var gate = new Gate();
    var first = stage.upstream.expect();
    stage.upstream.otherwise(
        (request, script) -> script.hold(gate).head(200).chunk("hello.").end());
    var told = stage.send(1_000, "ask=hello");
    stage.awaitPassengers(1_000, "ask=hello");
    first.head(200); // of no media type at all
    stage.upstream.awaitCalls(1_000); // all of them wait at the gate, none for another
    gate.open();
    first.chunk("hello.").end();

    assertThat(told).map(Future::get).extracting(Told::body).containsOnly("hello.");
    assertThat(told).map(Future::get).extracting(Told::reason).contains(Reason.HIT_FOR_MISS);
    assertThat(stage.upstream.underWayMost()).isEqualTo(1_000);
  }

  @Test
  void whoAsksSoonAfterAReplyThatCannotBeSharedDoesNotWaitForOthers() throws Exception {
    stage.upstream.expect().head(200).chunk("hello.").end();
    stage.ask("ask=hello");
    stage.advance(Duration.ofMillis(9_999));
    var one = stage.upstream.expect();
    var other = stage.upstream.expect();
    var told = stage.send(2, "ask=hello");
    one.awaitCalled();
    other.awaitCalled();
    one.head(200).chunk("one.").end();
    other.head(200).chunk("other.").end();

    assertThat(told).map(Future::get).extracting(Told::reason).containsOnly(Reason.HIT_FOR_MISS);
    assertThat(told).map(Future::get).extracting(Told::body).contains("one.", "other.");
  }

  @Test
  void thatAReplyCouldNotBeSharedIsForgottenAfterAWhile() throws Exception {
    stage.upstream.expect().head(200).chunk("hello.").end();
    stage.ask("ask=hello");
    stage.advance(Duration.ofSeconds(10));
    var script = stage.upstream.expect();
    var told = stage.send(2, "ask=hello");
    stage.awaitPassengers(2, "ask=hello");
    script.reply("hello.");

    assertThat(told).map(Future::get).extracting(Told::reason).containsOnlyNulls();
  }

  @Test
  void thatAReplyCouldNotBeSharedIsForgottenWhenOneIsKept() throws Exception {
    stage.upstream.expect().reply("!refusal!.");
    stage.ask("ask=hello");
    stage.upstream.expect().reply("hello.");
    assertThat(stage.ask("ask=hello").reason()).isEqualTo(Reason.HIT_FOR_MISS);
    stage.cache().invalidateAll();
    var script = stage.upstream.expect();
    var told = stage.send(2, "ask=hello");
    stage.awaitPassengers(2, "ask=hello");
    script.reply("again.");

    assertThat(told).map(Future::get).extracting(Told::body).containsOnly("again.");
  }

  @Test
  void callsOfOtherScopesAreNotShared() throws Exception {
    var scripts = new ArrayList<Script>();
    var told = new ArrayList<Future<Answer>>();
    for (var tenant : new String[] {"one", "other"}) {
      scripts.add(stage.upstream.expect());
      var call = stage.cache().read(PlainDialect.request("ask=hello"), Scope.tenant(tenant));
      told.add(stage.cache().answerAsync(call, stage.upstream));
      scripts.getLast().awaitCalled();
      scripts.getLast().reply(tenant + ".");
    }

    for (int i = 0; i < 2; i++) {
      try (var answer = told.get(i).get()) {
        assertThat(Stage.text(answer)).isEqualTo(i == 0 ? "one." : "other.");
      }
    }
  }
}
