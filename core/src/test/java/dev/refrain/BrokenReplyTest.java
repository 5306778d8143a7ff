package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Stage.Told;
import dev.refrain.testing.PlainDialect;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies that go wrong: nothing of them is kept, and nobody is told that they were whole. */
@Timeout(30)
final class BrokenReplyTest {
  private static final byte[] BODY = "[hello][ ][world].".getBytes(UTF_8);

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000})
  void aReplyThatIsCutAtAnyByteIsNotKept(int chunkBytes) throws Exception {
    for (int offset = 0; offset <= BODY.length; offset++) {
      stage.upstream.expect().head().upTo(offset, BODY, chunkBytes).cut();
      assertThat(brokenBody()).isEqualTo(new String(BODY, 0, offset, UTF_8));
    }

    assertNothingWasKept();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000})
  void aReplyThatEndsTooSoonIsNotKept(int chunkBytes) throws Exception {
    for (int offset = 0; offset < BODY.length; offset++) {
      stage.upstream.expect().head().upTo(offset, BODY, chunkBytes).end();
      assertThat(stage.ask("ask=hello;form=stream").body())
          .isEqualTo(new String(BODY, 0, offset, UTF_8)); // upstream said no more, and nor do we
    }

    assertNothingWasKept();
  }

  @Test
  void thatItWasCutIsTold() throws Exception {
    stage.upstream.expect().head().chunk("[hello]").cut();
    brokenBody();
    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.CUT);
  }

  @Test
  void aPanicWithinAReplyIsAsBadAsACut() throws Exception {
    stage.upstream.expect().head().chunk("[hello]").panic(new IllegalStateException("a bug"));
    assertThat(brokenBody()).isEqualTo("[hello]");
    stage.upstream.expect().head().chunk("[hello]").panic(new StackOverflowError());
    assertThat(brokenBody()).isEqualTo("[hello]");

    assertNothingWasKept();
  }

  @Test
  void aCutBeforeTheHeadIsAnErrorForAllWhoWait() throws Exception {
    var script = stage.upstream.expect();
    var told = stage.send(3, "ask=hello");
    stage.awaitPassengers(3, "ask=hello");
    script.cut();

    for (var future : told) {
      assertThatThrownBy(future::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("connection reset");
    }
  }

  @Test
  void aPanicBeforeTheHeadIsAnErrorForAllWhoWait() throws Exception {
    var script = stage.upstream.expect();
    var told = stage.send(3, "ask=hello");
    stage.awaitPassengers(3, "ask=hello");
    script.panic(new AssertionError("a bug"));

    for (var future : told) {
      assertThatThrownBy(future::get)
          .hasCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("a bug");
    }
  }

  @Test
  void anErrorIsNotRemembered() throws Exception {
    stage.upstream.expect().cut();
    assertThatThrownBy(() -> stage.ask("ask=hello")).isInstanceOf(IOException.class);
    stage.upstream.expect().reply("hello.");

    assertThat(stage.ask("ask=hello"))
        .isEqualTo(new Told(Outcome.FETCHED, null, 200, "hello.", null));
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 206, 301, 400, 401, 404, 429, 500, 503})
  void aStatusOtherThan200IsPassedOnToAllWhoWaitAndNotKept(int status) throws Exception {
    var script = stage.upstream.expect();
    var told = stage.send(3, "ask=hello");
    stage.awaitPassengers(3, "ask=hello");
    script.status(status, "sorry.");
    for (var future : told) {
      assertThat(future.get().status()).isEqualTo(status);
      assertThat(future.get().body()).isEqualTo("sorry.");
    }

    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.STATUS);
    stage.upstream.expect().reply("hello.");
    assertThat(stage.ask("ask=hello"))
        .isEqualTo(new Told(Outcome.FETCHED, null, 200, "hello.", null));
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {
        "ERROR_EVENT",
        "INVALID_JSON",
        "INCOMPLETE",
        "CONTENT_FILTER",
        "REFUSAL",
        "TOOL_CALL",
        "LENGTH",
        "PAUSE_TURN",
        "UNKNOWN_ENDING",
        "OTHER_MODEL"
      })
  void whatTheJudgeFindsFaultWithIsGivenOnceAndNotKept(Reason defect) throws Exception {
    boolean oughtToBeRemembered = defect.kind() == Reason.Kind.REPLY;
    for (var reason : new Reason[] {null, oughtToBeRemembered ? Reason.HIT_FOR_MISS : null}) {
      stage.upstream.expect().reply("hello, !" + defect + "!.");
      assertThat(stage.ask("ask=hello"))
          .isEqualTo(new Told(Outcome.FETCHED, reason, 200, "hello, !" + defect + "!.", null));
    }

    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(defect);
  }

  @Test
  void theGravestDefectIsTheReason() throws Exception {
    stage.upstream.expect().reply("!tool-call!!error-event!!length!.");
    stage.ask("ask=hello");

    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.ERROR_EVENT);
  }

  @Test
  void anOperatorMayForgiveADefect() throws Exception {
    stage.rules(new Rules(List.of(), new Rule(true, Lifetime.DEFAULT, Set.of(Reason.REFUSAL))));
    stage.upstream.expect().reply("!refusal!.");
    stage.ask("ask=hello");

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void aReplyTooLargeToKeepIsReadToItsEnd() throws Exception {
    stage.limits(new Limits(1 << 20, 10, 10, Duration.ofMinutes(1), Limits.FINISH));
    for (int i = 0; i < 2; i++) {
      var script = stage.upstream.expect().head();
      try (var answer = stage.open("ask=hello")) {
        for (int chunk = 0; chunk < 5; chunk++) {
          script.chunk("01234567");
          assertThat(Stage.text(answer.next())).isEqualTo("01234567");
        }
        script.end();
        assertThat(answer.next()).isNull();
      }
    }

    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void aReplyOfTheWrongTypeOrEncodingIsNotKept() throws Exception {
    stage.upstream.expect().head(200, "content-type", "text/html").chunk("hello.").end();
    assertThat(stage.ask("ask=hello").body()).isEqualTo("hello.");
    stage.upstream.expect().head(200).chunk("hello.").end();
    stage.ask("ask=goodbye");
    stage
        .upstream
        .expect()
        .head(200, "content-type", PlainDialect.MEDIA_TYPE, "content-encoding", "gzip")
        .chunk("hello.")
        .end();
    stage.ask("ask=encoded");

    stage.listener.await(Event.NotKept.class, e -> e.reason() == Reason.CONTENT_ENCODING);
    assertThat(stage.listener.heard(Event.NotKept.class))
        .map(Event.NotKept::reason)
        .containsExactly(Reason.CONTENT_TYPE, Reason.CONTENT_TYPE, Reason.CONTENT_ENCODING);
    assertThat(stage.memory.entries()).isZero();
  }

  @Test
  void aReplyThatStallsIsGivenUpWhenItsTimeIsUp() throws Exception {
    var script = stage.upstream.expect().head().chunk("[hello]");
    try (var answer = stage.open("ask=hello;form=stream")) {
      assertThat(Stage.text(answer.next())).isEqualTo("[hello]");
      stage.advance(Limits.DEFAULT.flightTimeMax());
      script.awaitInterrupted();
      assertThatThrownBy(answer::next)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("longer than");
    }

    script.awaitClosed();
    assertNothingWasKept();
  }

  /** Returns what came before the break. */
  private String brokenBody() throws IOException, InterruptedException {
    var body = new StringBuilder();
    try (var answer = stage.open("ask=hello;form=stream")) {
      assertThatThrownBy(
              () -> {
                for (var chunk = answer.next(); chunk != null; chunk = answer.next()) {
                  body.append(Stage.text(chunk));
                }
              })
          .isInstanceOf(IOException.class);
    }
    return body.toString();
  }

  private void assertNothingWasKept() throws IOException, InterruptedException {
    stage.awaitNothingInTheAir();
    assertThat(stage.memory.entries()).isZero();
    stage.upstream.expect().reply("[hello].");
    assertThat(stage.ask("ask=hello;form=stream").outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(stage.ask("ask=hello;form=stream").outcome()).isEqualTo(Outcome.REPLAYED);
  }
}
