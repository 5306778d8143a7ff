package dev.refrain;

import static dev.refrain.Times.HOUR;
import static dev.refrain.Times.MOMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Stage.Told;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that grow old: served meanwhile, served for want of a better one, or kept young. */
@Timeout(30)
final class StalenessTest {
  private static final Duration WHILE_REVALIDATE = Duration.ofMinutes(10);
  private static final Duration IF_ERROR = Duration.ofHours(2);
  private static final Duration HOT_LIFE = Duration.ofHours(6);
  private static final Duration PAUSE = Duration.ofSeconds(10); // after a refresh that failed

  @RegisterExtension
  final Stage stage =
      new Stage()
          .times(
              Times.PLAIN
                  .stale(WHILE_REVALIDATE, IF_ERROR)
                  .hot(3, HOUR, HOT_LIFE)
                  .maxAge(Duration.ofHours(24))
                  .early(1));

  @BeforeEach
  void thereIsAnAnswerThatTookAMinute() throws Exception {
    var script = stage.upstream.expect();
    var told = stage.send("ask=hello");
    script.awaitCalled();
    stage.advance(Duration.ofMinutes(1));
    script.reply("old.");
    assertThat(told.get().body()).isEqualTo("old.");
    stage.advance(Duration.ofMinutes(-1)); // so that the times below count from its birth
  }

  @Test
  void anAnswerIsFreshToTheLastMoment() throws Exception {
    stage.advance(HOUR.minus(MOMENT));
    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
    stage.advance(MOMENT);
    stage.upstream.expect().reply("new.");

    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
  }

  @Test
  void aStaleAnswerIsServedAtOnceWhileOneRefreshIsUnderWay() throws Exception {
    stage.advance(HOUR);
    var refresh = stage.upstream.expect();
    assertThat(stage.send(1_000, "ask=hello"))
        .map(Future::get)
        .allMatch(told -> told.outcome() == Outcome.STALE && told.body().equals("old."));
    refresh.awaitCalled();
    assertThat(stage.cache().inFlight()).isOne();
    refresh.reply("new.");
    stage.listener.await(
        Event.Kept.class, kept -> stage.listener.heard(Event.Kept.class).size() > 1);
    stage.awaitNothingInTheAir();

    assertThat(ask())
        .extracting(Told::outcome, Told::body)
        .containsExactly(Outcome.REPLAYED, "new.");
  }

  @Test
  void aStaleAnswerIsServedWithoutWaitingOnlyForAWhile() throws Exception {
    stage.advance(HOUR.plus(WHILE_REVALIDATE));
    var refresh = stage.upstream.expect();
    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
    refresh.awaitCalled();
    stage.advance(MOMENT);
    var joins = stage.send("ask=hello");
    stage.awaitPassengers(1, "ask=hello");
    refresh.reply("new.");

    assertThat(joins.get()).isEqualTo(new Told(Outcome.JOINED, null, 200, "new.", null));
  }

  @Test
  void aRefreshThatFailsIsToldAndTriedAgainLater() throws Exception {
    stage.advance(HOUR);
    stage.upstream.expect().cut();
    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
    assertThat(stage.listener.await(Event.RefreshFailed.class).cause())
        .hasMessage("connection reset");
    stage.awaitNothingInTheAir();
    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
    stage.advance(PAUSE.minus(MOMENT));
    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
    stage.advance(MOMENT);
    stage.upstream.expect().reply("new.");
    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
    stage.upstream.awaitCalls(3);
    stage.awaitNothingInTheAir();

    assertThat(ask().body()).isEqualTo("new.");
  }

  @Test
  void whatIsServedForWantOfABetterAnswerDoesNotLiveAnewByThat() throws Exception {
    stage.advance(HOUR.plus(WHILE_REVALIDATE).plus(MOMENT));
    for (int i = 0; i < 5; i++) { // hits enough to make it hot, were it fresh
      stage.upstream.expect().cut();
      assertThat(ask().reason()).isEqualTo(Reason.UPSTREAM_FAILED);
      stage.awaitNothingInTheAir(); // else the next might share this failure
    }
    stage.upstream.expect().reply("new.");

    assertThat(ask().body()).isEqualTo("new.");
  }

  @Test
  void whatIsServedWhileItIsRefreshedDoesNotLiveAnewByThat() throws Exception {
    stage.advance(HOUR);
    var refresh = stage.upstream.expect();
    for (int i = 0; i < 5; i++) {
      assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
    }
    refresh.cut();
    stage.awaitNothingInTheAir();

    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
  }

  @Test
  void whenUpstreamIsUnreachableAnOldAnswerIsBetterThanNone() throws Exception {
    stage.advance(HOUR.plus(IF_ERROR));
    stage.upstream.expect().cut();
    assertThat(ask())
        .extracting(Told::outcome, Told::reason, Told::body)
        .containsExactly(Outcome.STALE, Reason.UPSTREAM_FAILED, "old.");
    stage.advance(MOMENT);
    stage.upstream.expect().cut();

    assertThatThrownBy(this::ask).hasRootCauseMessage("connection reset");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 529})
  void whenUpstreamIsInTroubleAnOldAnswerIsBetterThanNone(int status) throws Exception {
    stage.advance(HOUR.plus(IF_ERROR));
    stage.upstream.expect().status(status, "sorry.");

    assertThat(ask()).extracting(Told::status, Told::body).containsExactly(200, "old.");
    assertThat(stage.listener.await(Event.NotKept.class).reason()).isEqualTo(Reason.STATUS);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 422})
  void whatIsTheCallersFaultIsTold(int status) throws Exception {
    stage.advance(HOUR.plus(IF_ERROR));
    stage.upstream.expect().status(status, "sorry.");

    assertThat(ask()).extracting(Told::status, Told::body).containsExactly(status, "sorry.");
  }

  @Test
  void allWhoWaitShareTheOldAnswerIfTheyMayHaveIt() throws Exception {
    stage.advance(HOUR.plus(IF_ERROR));
    var script = stage.upstream.expect();
    var told = stage.send(10, "ask=hello");
    stage.awaitPassengers(10, "ask=hello");
    var strict = stage.send("ask=hello", "Cache-Control", "max-age=60");
    stage.awaitPassengers(11, "ask=hello");
    var anew = stage.upstream.expect();
    script.cut();
    anew.reply("new.");

    assertThat(told).map(Future::get).extracting(Told::body).containsOnly("old.");
    assertThat(strict.get().body()).isEqualTo("new.");
  }

  @Test
  void aReplyThatHasBegunIsNotMendedWithAnOldOne() throws Exception {
    stage.advance(HOUR.plus(IF_ERROR));
    stage.upstream.expect().head().chunk("ne").cut();
    try (var answer = stage.open("ask=hello")) {
      assertThat(Stage.text(answer.next())).isEqualTo("ne");
      assertThatThrownBy(answer::next).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCallerMaySayHowLongAnOldAnswerIsBetterThanNone() throws Exception {
    stage.advance(HOUR.plus(IF_ERROR).plusSeconds(60));
    stage.upstream.expect().cut();
    assertThat(ask("stale-if-error=7260").body()).isEqualTo("old.");
    stage.advance(MOMENT.plus(IF_ERROR));
    stage.upstream.expect().cut();

    assertThatThrownBy(() -> ask("stale-if-error=7260")).isInstanceOf(IOException.class);
  }

  @Test
  void aCallerMayTakeAStaleAnswerOnlyIfItIsCached() throws Exception {
    stage.advance(HOUR.plus(IF_ERROR));

    assertThat(ask("only-if-cached").status()).isEqualTo(504);
    assertThat(ask("only-if-cached, max-stale").body()).isEqualTo("old."); // and no refresh
    assertThat(ask("only-if-cached, max-stale=7199").status()).isEqualTo(504);
    assertThat(ask("only-if-cached, max-stale=7200").body()).isEqualTo("old.");
  }

  @Test
  void aCallerMayWantAYoungerAnswerWhichReplacesTheOldOne() throws Exception {
    stage.advance(Duration.ofSeconds(61));
    assertThat(ask("max-age=62").body()).isEqualTo("old.");
    stage.upstream.expect().reply("new.");
    assertThat(ask("max-age=60").body()).isEqualTo("new.");

    assertThat(ask().body()).isEqualTo("new.");
  }

  @Test
  void whatIsSeenAndNotServedIsNoHitOfItsTier() throws Exception {
    long before = hitsInMemory();
    assertThat(peek()).isEqualTo(Outcome.REPLAYED);
    assertThat(hitsInMemory()).isEqualTo(before + 1);
    stage.advance(HOUR.plus(WHILE_REVALIDATE).plus(MOMENT));
    assertThat(peek()).isNull();
    assertThat(peek()).isNull();
    assertThat(hitsInMemory()).isEqualTo(before + 1);
  }

  private long hitsInMemory() {
    return stage.cache().figures().tiers().getFirst().hits();
  }

  private @Nullable Outcome peek() {
    try (var answer = stage.cache().peek(stage.call("ask=hello"), stage.upstream)) {
      return (answer == null) ? null : answer.outcome();
    }
  }

  @Test
  void aHotAnswerLivesOnFromItsLastHit() throws Exception {
    heat();
    stage.advance(HOT_LIFE.minus(MOMENT));
    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
    stage.advance(HOT_LIFE.minus(MOMENT));
    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
    stage.advance(HOT_LIFE);
    stage.upstream.expect().reply("new.");

    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
  }

  @Test
  void noHeatKeepsAnAnswerBeyondItsGreatestAge() throws Exception {
    heat();
    for (int hour = 0; hour < 23; hour++) {
      stage.advance(HOUR);
      assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
    }
    stage.advance(HOUR.minus(MOMENT));
    assertThat(ask().age().leftMillis()).isOne();
    stage.advance(MOMENT.multipliedBy(2));
    stage.upstream.expect().reply("new.");

    assertThat(ask().body()).isEqualTo("new.");
  }

  @Test
  void aHotAnswerIsFetchedAnewBeforeItExpires() throws Exception {
    heat();
    stage.advance(HOT_LIFE.minus(Duration.ofMinutes(30)));
    stage.luck.set(Stage.AS_EARLY_AS_CAN_BE); // some 36 minutes before the end, then
    var refresh = stage.upstream.expect();
    assertThat(stage.send(100, "ask=hello"))
        .map(Future::get)
        .extracting(Told::body)
        .containsOnly("old.");
    refresh.awaitCalled();
    refresh.reply("new.");
    stage.awaitNothingInTheAir();

    assertThat(ask().body()).isEqualTo("new.");
  }

  @Test
  void whoIsHotButFarFromItsEndIsLeftAlone() throws Exception {
    heat();
    stage.luck.set(Stage.AS_EARLY_AS_CAN_BE);

    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void anAnswerThatIsNotHotIsNotFetchedBeforeItExpires() throws Exception {
    stage.advance(HOUR.minus(MOMENT));
    stage.luck.set(Stage.AS_EARLY_AS_CAN_BE);

    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void anAnswerThatWasHotOnceHasCooledDownWhenItsHitsStopped() throws Exception {
    heat();
    stage.advance(HOT_LIFE.plus(WHILE_REVALIDATE).plus(MOMENT));
    stage.upstream.expect().reply("new.");
    assertThat(ask().body()).isEqualTo("new.");
    stage.advance(HOUR.minus(MOMENT)); // the first hit on it, so it is not hot
    stage.luck.set(Stage.AS_EARLY_AS_CAN_BE);
    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
    stage.advance(MOMENT);
    stage.luck.set(Stage.NEVER_EARLY);
    stage.upstream.expect().reply("newer.");

    assertThat(ask().outcome()).isEqualTo(Outcome.STALE);
  }

  private void heat() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
    }
  }

  private Told ask() throws IOException, InterruptedException {
    return stage.ask("ask=hello");
  }

  private Told ask(String cacheControl) throws IOException, InterruptedException {
    return stage.ask("ask=hello", "Cache-Control", cacheControl);
  }
}
