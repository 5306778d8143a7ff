package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Stage.Told;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One answer, asked for in different forms. */
@Timeout(30)
final class FormsTest {
  private static final String WHOLE = "ask=hello";
  private static final String STREAM = "ask=hello;form=stream";
  private static final String VERSE = "ask=hello;form=verse";

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void anAnswerInOneFormServesTheOther() throws Exception {
    stage.upstream.expect().reply("[hel]", "[lo]", ".");
    stage.ask(STREAM);

    assertThat(stage.ask(WHOLE))
        .extracting(Told::outcome, Told::body)
        .containsExactly(Outcome.REPLAYED, "hello.");
  }

  @Test
  void anAnswerIsConvertedOnce() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask(WHOLE);
    for (int i = 0; i < 5; i++) {
      assertThat(stage.ask(STREAM).body()).isEqualTo("[hello].");
    }

    assertThat(stage.dialect.conversions()).isOne();
  }

  @Test
  void peekConvertsNothingButShowsWhatWasConverted() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask(WHOLE);
    assertThat(stage.cache().peek(stage.call(STREAM), stage.upstream)).isNull();
    assertThat(stage.dialect.conversions()).isZero();
    stage.ask(STREAM);

    try (var answer = stage.cache().peek(stage.call(STREAM), stage.upstream)) {
      assertThat(answer).isNotNull();
      assertThat(Stage.text(answer)).isEqualTo("[hello].");
    }
  }

  @Test
  void whatCannotBeConvertedIsFetchedAndKeptBeside() throws Exception {
    stage.upstream.expect().reply("[hello]!lossy!.");
    stage.upstream.expect().reply("hello.");
    stage.ask(STREAM);
    assertThat(stage.ask(WHOLE).outcome()).isEqualTo(Outcome.FETCHED);

    assertThat(stage.memory.entries()).isEqualTo(2);
    assertThat(stage.ask(STREAM).body()).isEqualTo("[hello]!lossy!.");
    assertThat(stage.ask(WHOLE).body()).isEqualTo("hello.");
  }

  @Test
  void whatHasNoSourcesIsFetchedAndKeptBeside() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.upstream.expect().reply("verse.");
    stage.ask(WHOLE);
    assertThat(stage.ask(VERSE).body()).isEqualTo("verse.");

    assertThat(stage.ask(WHOLE).body()).isEqualTo("hello.");
    assertThat(stage.ask(VERSE).outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void anAnswerInItsOwnFormIsTheBest() throws Exception {
    stage.upstream.expect().reply("[hel]", "[lo].");
    stage.upstream.expect().reply("new.");
    stage.ask(STREAM);
    stage.ask(WHOLE, "Cache-Control", "no-cache"); // drops the stream

    assertThat(stage.ask(WHOLE).body()).isEqualTo("new.");
    assertThat(stage.ask(STREAM).body()).isEqualTo("[new].");
  }

  @Test
  void whoWantsTheWholeJoinsAStream() throws Exception {
    var script = stage.upstream.expect().head();
    var streams = stage.send(STREAM);
    script.awaitCalled();
    var whole = stage.send(10, WHOLE);
    stage.awaitPassengers(11, STREAM);
    script.chunks("[hel]", "[lo]", ".").end();

    assertThat(streams.get().body()).isEqualTo("[hel][lo].");
    assertThat(whole).map(Future::get).extracting(Told::body).containsOnly("hello.");
  }

  @Test
  void whoWantsAStreamJoinsAWhole() throws Exception {
    var script = stage.upstream.expect().head();
    var whole = stage.send(WHOLE);
    script.awaitCalled();
    var streams = stage.send(STREAM);
    stage.awaitPassengers(2, WHOLE);
    script.chunk("hello.").end();

    assertThat(whole.get().body()).isEqualTo("hello.");
    assertThat(streams.get().body()).isEqualTo("[hello].");
  }

  @Test
  void aConvoyBehindAnotherFormThatCannotBeConvertedSharesOneCallOfItsOwn() throws Exception {
    var stream = stage.upstream.expect().head();
    var streams = stage.send(STREAM);
    stream.awaitCalled();
    var told = stage.send(100, WHOLE);
    stage.awaitPassengers(101, STREAM);
    var whole = stage.upstream.expect();
    stream.chunks("[hello]!lossy!.").end();
    stage.awaitPassengers(100, WHOLE);
    whole.reply("hello.");

    assertThat(streams.get().body()).isEqualTo("[hello]!lossy!.");
    assertThat(told).map(Future::get).extracting(Told::body).containsOnly("hello.");
    assertThat(stage.memory.entries()).isEqualTo(2);
  }

  @Test
  void aFailureOfAnotherFormIsNotShared() throws Exception {
    var stream = stage.upstream.expect().head();
    var streams = stage.send(STREAM);
    stream.awaitCalled();
    var whole = stage.send(WHOLE);
    stage.awaitPassengers(2, STREAM);
    stage.upstream.expect().reply("hello.");
    stream.chunk("[hel]").cut();

    assertThatThrownBy(streams::get).hasRootCauseMessage("connection reset");
    assertThat(whole.get()).isEqualTo(new Told(Outcome.FETCHED, null, 200, "hello.", null));
  }

  @Test
  void whoeverWaitsForAnotherFormDoesNotHoldItUp() throws Exception {
    stage.limits(new Limits(1 << 20, 10, 10, Duration.ofMinutes(1), Limits.FINISH));
    var stream = stage.upstream.expect().head();
    var streams = stage.open(STREAM);
    var whole = stage.send(WHOLE);
    stage.awaitPassengers(2, STREAM);
    streams.close(); // so only one who does not read is left
    stage.upstream.expect().reply("hello.");
    stream.chunks("[hello ]", "[world ]").end();

    assertThat(whole.get().body()).isEqualTo("hello."); // without waiting for the time to be up
  }

  @Test
  void anInvalidAnswerIsInvalidInAllForms() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask(WHOLE);
    stage.ask(STREAM);
    stage.cache().invalidateAll();
    stage.upstream.expect().reply("[new].");

    assertThat(stage.ask(STREAM).body()).isEqualTo("[new].");
  }

  @Test
  void aConversionIsNoYoungerThanItsSource() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask(WHOLE);
    stage.advance(Duration.ofHours(23));
    var converted = stage.ask(STREAM);
    assertThat(converted.age().ageMillis()).isEqualTo(Duration.ofHours(23).toMillis());
    stage.advance(Duration.ofHours(1));
    stage.upstream.expect().reply("[new].");
    assertThat(stage.ask(STREAM).outcome()).isEqualTo(Outcome.STALE);
    stage.awaitNothingInTheAir();

    assertThat(stage.ask(STREAM).body()).isEqualTo("[new].");
  }

  @Test
  void hitsOnAConversionWarmItsSource() throws Exception {
    stage.times(Times.PLAIN.hot(3, Times.HOUR, Duration.ofHours(6)));
    stage.upstream.expect().reply("hello.");
    stage.ask(WHOLE);
    for (int i = 0; i < 3; i++) {
      stage.ask(STREAM);
    }
    stage.advance(Duration.ofHours(5));

    assertThat(stage.ask(WHOLE).outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void aConversionHasAnEntityTagOfItsOwn() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask(WHOLE);

    assertThat(stage.ask(STREAM).age().etag()).isNotEqualTo(stage.ask(WHOLE).age().etag());
  }

  @Test
  void aDialectThatFailsToConvertConvertsNothing() throws Exception {
    stage.upstream.expect().reply("!convert-panics!hello.");
    stage.upstream.expect().reply("[hello].");
    stage.ask(WHOLE);

    assertThat(stage.ask(STREAM).body()).isEqualTo("[hello].");
  }

  @Test
  void aDialectThatFailsToJudgeKeepsNothing() throws IOException, InterruptedException {
    for (int i = 0; i < 2; i++) {
      stage.upstream.expect().reply("!judge-panics!.");
      assertThat(stage.ask(WHOLE).body()).isEqualTo("!judge-panics!.");
    }
  }
}
