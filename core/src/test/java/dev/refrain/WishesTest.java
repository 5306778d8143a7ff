package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Stage.Told;
import dev.refrain.testing.PlainDialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a caller can wish besides what HTTP knows: how long an answer lives, and how many. */
@Timeout(30)
final class WishesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String BODY = "ask=hello";

  @RegisterExtension final Stage stage = new Stage().times(Times.PLAIN);

  @Test
  void whatIsFetchedForAShortTimeIsFreshForNobodyAfterIt() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask(BODY, "Cache-Control", "ttl=60");
    stage.advance(MINUTE.minusMillis(1));
    assertThat(stage.ask(BODY).outcome()).isEqualTo(Outcome.REPLAYED);
    stage.advance(Duration.ofMillis(1));
    stage.upstream.expect().reply("new.");

    assertThat(stage.ask(BODY, "Cache-Control", "max-age=99999").body()).isEqualTo("new.");
  }

  @Test
  void whatIsFetchedAnewWithoutAWishLivesAsUsual() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask(BODY, "Cache-Control", "ttl=60");
    stage.advance(MINUTE);
    stage.upstream.expect().reply("new.");
    stage.ask(BODY, "Cache-Control", "no-cache");
    stage.advance(Times.HOUR.minusMillis(1));

    assertThat(stage.ask(BODY).body()).isEqualTo("new.");
  }

  @Test
  void whoNamesATtlTakesNothingOlderAndMayTakeWhatIsTooOldForOthers() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask(BODY);
    stage.advance(Times.HOUR);
    assertThat(stage.ask(BODY, "Cache-Control", "ttl=7200").body()).isEqualTo("old.");
    stage.upstream.expect().reply("new.");

    assertThat(stage.ask(BODY, "Cache-Control", "ttl=3600").body()).isEqualTo("new.");
  }

  @Test
  void variantsAreFilledAndThenGivenInTurn() throws Exception {
    for (var reply : List.of("one.", "two.", "three.")) {
      stage.upstream.expect().reply(reply);
    }
    var bodies = new ArrayList<String>();
    for (int i = 0; i < 8; i++) {
      bodies.add(ask(3).body());
    }

    assertThat(bodies)
        .containsExactly("one.", "two.", "three.", "one.", "two.", "three.", "one.", "two.");
  }

  @Test
  void whoWantsOneAnswerHasTheFirstVariant() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.upstream.expect().reply("two.");
    assertThat(ask(2).body()).isEqualTo("one.");
    assertThat(ask(2).body()).isEqualTo("two.");

    assertThat(stage.ask(BODY).body()).isEqualTo("one.");
    assertThat(stage.ask(BODY).body()).isEqualTo("one.");
  }

  @Test
  void aVariantThatCouldNotBeKeptIsFetchedOnItsNextTurn() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.upstream.expect().reply("cut");
    stage.upstream.expect().reply("two.");
    ask(2);
    ask(2);
    assertThat(ask(2).body()).isEqualTo("one.");
    assertThat(ask(2).body()).isEqualTo("two.");
  }

  @Test
  void eachCallHasTurnsOfItsOwn() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.upstream.expect().reply("a.");
    stage.upstream.expect().reply("two.");
    ask(2);
    var other = new Wishes(Directives.NONE, "other", 2);

    assertThat(ask(other).body()).isEqualTo("a.");
    assertThat(ask(2).body()).isEqualTo("two.");
  }

  @Test
  void theWishesOfACallStandAboveItsHeaders() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.ask(BODY);
    var request =
        PlainDialect.request(BODY, "Cache-Control", "no-cache", "Refrain-Namespace", "other");
    var call = stage.cache().read(request, Stage.SCOPE, new Wishes(Directives.NONE, "", 1));

    try (var answer = stage.cache().answer(call, stage.upstream)) {
      assertThat(Told.of(answer).outcome()).isEqualTo(Outcome.REPLAYED);
    }
  }

  @Test
  void noVariantIsNoWish() {
    assertThatThrownBy(() -> new Wishes(Directives.NONE, "", 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Told ask(int variants) throws Exception {
    return ask(new Wishes(Directives.NONE, "", variants));
  }

  private Told ask(Wishes wishes) throws Exception {
    var call = stage.cache().read(PlainDialect.request(BODY), Stage.SCOPE, wishes);
    try (var answer = stage.cache().answer(call, stage.upstream)) {
      return Told.of(answer);
    }
  }
}
