package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a log of calls would have come to. */
@Timeout(30)
final class EstimateTest {
  private static final Duration TTL = Duration.ofHours(1);
  private static final long TOOK_MILLIS = 2_000;
  private static final Key KEY = new Key(1, 2, 3, 4);

  @RegisterExtension final Stage stage = new Stage();

  private final Estimate estimate = new Estimate(rules(TTL), new Random(1));

  private static Rules rules(Duration ttl) {
    var lifetime =
        new Lifetime(
            ttl,
            0,
            3,
            Duration.ofMinutes(10),
            Duration.ofHours(2),
            Duration.ofDays(1),
            Duration.ofMinutes(30),
            Duration.ofHours(6),
            0);
    var off = new Rule(false, lifetime, Set.of());
    return new Rules(
        List.of(Rules.Match.all(off).namespace("off")),
        new Rule(true, lifetime, Set.of(Reason.TOOLS)));
  }

  @Test
  void anAnswerIsThereOnceItsCallIsOver() {
    assertThat(at(0)).isEqualTo(Outcome.FETCHED);
    assertThat(at(1)).isEqualTo(Outcome.JOINED);
    assertThat(at(2)).isEqualTo(Outcome.REPLAYED);
    assertThat(at(3_599)).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void aStaleAnswerIsServedWhileOneCallFetchesTheNext() {
    at(0);
    assertThat(next(call(4_000_000, KEY))).isEqualTo(new Estimate.Result(Outcome.STALE, true));
    assertThat(next(call(4_001_000, KEY))).isEqualTo(new Estimate.Result(Outcome.STALE, false));
    assertThat(next(call(4_002_000, KEY))).isEqualTo(new Estimate.Result(Outcome.REPLAYED, false));
  }

  @Test
  void whatExpiredIsFetchedAnew() {
    at(0);
    assertThat(at(3_600 + 1_800 + 1)).isEqualTo(Outcome.FETCHED);
  }

  @Test
  void aHotEntryLivesOnFromItsLastHit() {
    at(0);
    for (int second = 10; second < 14; second++) {
      at(second);
    }
    assertThat(at(7_000)).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void whatCannotBeKeptIsFetchedEachTime() {
    var call =
        new PastCall(0, TOOK_MILLIS, List.of(KEY), sort(""), Directives.NONE, Set.of(), false);
    assertThat(next(call).outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(at(10)).isEqualTo(Outcome.FETCHED);
  }

  @Test
  void rulesAndWishesDecideWhatIsLookedUp() {
    at(0);
    assertThat(next(with(Set.of(Reason.TOOLS), "")).outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(next(with(Set.of(Reason.SERVER_STATE), "")).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(next(with(Set.of(), "off")).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(next(wishing("no-store")).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(next(wishing("no-cache")).outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(next(wishing("max-age=1, only-if-cached")).outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void aBatchIsAsGoodAsItsWorstItem() {
    at(0);
    var both = List.of(KEY, new Key(5, 6, 7, 8));
    var batch = new PastCall(9_000, 1, both, sort(""), Directives.NONE, Set.of(), true);
    assertThat(next(batch).outcome()).isEqualTo(Outcome.FETCHED);
    var later = new PastCall(9_002, 1, both, sort(""), Directives.NONE, Set.of(), true);
    assertThat(next(later).outcome()).isEqualTo(Outcome.REPLAYED);
  }

  /** Those who run the same calls through a cache come to the same. */
  @Test
  void theCacheItselfComesToTheSame() throws Exception {
    var times = new Times(Lifetime.DEFAULT).jitter(0);
    var rules = new Rules(List.of(), new Rule(true, times.lifetime(), Set.of()));
    var own = new Estimate(rules, () -> Stage.NEVER_EARLY);
    var chance = new Random(7);
    var outcomes = EnumSet.noneOf(Outcome.class);
    for (int i = 0; i < 1_000; i++) {
      stage.advance(Duration.ofMinutes(chance.nextInt(60)));
      var body = "ask=" + chance.nextInt(30);
      var result = own.next(PastCall.of(stage.call(body), stage.clock.millis(), 0, true));
      if (result.refreshed() || result.outcome() == Outcome.FETCHED) {
        stage.upstream.expect().reply("hello.");
      }
      assertThat(stage.ask(body).outcome()).isEqualTo(result.outcome());
      stage.awaitNothingInTheAir();
      outcomes.add(result.outcome());
    }
    assertThat(outcomes)
        .containsExactlyInAnyOrder(Outcome.REPLAYED, Outcome.STALE, Outcome.FETCHED);
  }

  private Outcome at(long second) {
    return next(call(1_000 * second, KEY)).outcome();
  }

  private Estimate.Result next(PastCall call) {
    return estimate.next(call);
  }

  private static PastCall call(long atMillis, Key key) {
    return new PastCall(
        atMillis, TOOK_MILLIS, List.of(key), sort(""), Directives.NONE, Set.of(), true);
  }

  private static PastCall with(Set<Reason> objections, String namespace) {
    return new PastCall(
        9_000, TOOK_MILLIS, List.of(KEY), sort(namespace), Directives.NONE, objections, true);
  }

  private static PastCall wishing(String directives) {
    return new PastCall(
        9_000,
        TOOK_MILLIS,
        List.of(KEY),
        sort(""),
        Directives.of(List.of(directives)),
        Set.of(),
        true);
  }

  private static PastCall.Sort sort(String namespace) {
    return new PastCall.Sort(namespace, "gpt-4o", "/v1/chat/completions");
  }
}
