package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Stage.Told;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** After an invalidation nobody gets what was begun before it. */
@Timeout(30)
final class InvalidationTest {
  @RegisterExtension final Stage stage = new Stage();

  @Test
  void whatHasTheTagIsFetchedAnew() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello", "Cache-Tag", "price-list");
    stage.cache().invalidate("price-list");
    stage.upstream.expect().reply("new.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
  }

  @Test
  void whatHasTheTagNotStays() throws Exception {
    stage.upstream.expect().reply("hello.");
    stage.ask("ask=hello", "Cache-Tag", "doc:42");
    stage.cache().invalidate("doc:43");

    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void aNamespaceIsATag() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.upstream.expect().reply("two.");
    stage.ask("ask=hello", "Refrain-Namespace", "v1");
    stage.ask("ask=hello", "Refrain-Namespace", "v2");
    stage.cache().invalidate("namespace:v1");
    stage.upstream.expect().reply("three.");

    assertThat(stage.ask("ask=hello", "Refrain-Namespace", "v1").body()).isEqualTo("three.");
    assertThat(stage.ask("ask=hello", "Refrain-Namespace", "v2").body()).isEqualTo("two.");
  }

  @Test
  void aModelIsATag() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello;model=polly");
    stage.cache().invalidate("model:polly");
    stage.upstream.expect().reply("new.");

    assertThat(stage.ask("ask=hello;model=polly").body()).isEqualTo("new.");
  }

  @Test
  void everythingCanBeInvalidatedAtOnce() throws Exception {
    stage.upstream.expect().reply("old.");
    stage.ask("ask=hello");
    stage.cache().invalidateAll();
    stage.upstream.expect().reply("new.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
  }

  @Test
  void whatTagsAnAnswerTookOverInvalidateItToo() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.ask("ask=hello", "Cache-Tag", "a");
    stage.upstream.expect().reply("two.");
    stage.ask("ask=hello", "Cache-Tag", "b");
    stage.cache().invalidate("a");
    stage.upstream.expect().reply("three.");

    assertThat(stage.ask("ask=hello", "Cache-Tag", "b").body()).isEqualTo("three.");
  }

  @Test
  void whatWasUnderWayIsNeverServedAfterwards() throws Exception {
    var script = stage.upstream.expect();
    var before = stage.send("ask=hello");
    script.awaitCalled();
    stage.cache().invalidateAll();
    script.reply("old.");
    assertThat(before.get().body()).isEqualTo("old."); // he asked before
    stage.upstream.expect().reply("new.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
  }

  @Test
  void nobodyJoinsWhatWasUnderWay() throws Exception {
    var old = stage.upstream.expect();
    var before = stage.send("ask=hello");
    old.awaitCalled();
    stage.cache().invalidateAll();
    old.head().chunk("old");
    var anew = stage.upstream.expect();
    var after = stage.send("ask=hello");
    anew.awaitCalled();
    anew.reply("new.");

    assertThat(after.get()).isEqualTo(new Told(Outcome.FETCHED, null, 200, "new.", null));
    old.chunk(".").end();
    assertThat(before.get().body()).isEqualTo("old.");
  }

  @Test
  void manyWhoAskAfterwardsShareOneNewCall() throws Exception {
    var old = stage.upstream.expect().head();
    var before = stage.send("ask=hello");
    old.awaitCalled();
    stage.cache().invalidateAll();
    var anew = stage.upstream.expect();
    var after = stage.send(100, "ask=hello");
    stage.awaitPassengers(100, "ask=hello");
    anew.reply("new.");

    assertThat(after).map(Future::get).extracting(Told::body).containsOnly("new.");
    old.chunk("old.").end();
    assertThat(before.get().body()).isEqualTo("old.");
  }

  @Test
  void whatWasUnderWayDoesNotDriveOutWhatCameAfter() throws Exception {
    var old = stage.upstream.expect().head();
    var before = stage.send("ask=hello");
    old.awaitCalled();
    stage.cache().invalidateAll();
    stage.upstream.expect().reply("new.");
    assertThat(stage.ask("ask=hello").body()).isEqualTo("new.");
    old.chunk("old.").end();
    assertThat(before.get().body()).isEqualTo("old.");

    assertThat(stage.ask("ask=hello"))
        .extracting(Told::outcome, Told::body)
        .containsExactly(Outcome.REPLAYED, "new.");
  }

  @Test
  void aJoinerWhoWaitedForTheHeadIsNotServedWhatWasInvalidated() throws Exception {
    var old = stage.upstream.expect();
    var before = stage.send("ask=hello");
    old.awaitCalled();
    stage.cache().invalidateAll();
    var after = stage.send("ask=hello");
    stage.awaitPassengers(2, "ask=hello");
    var anew = stage.upstream.expect().reply("new.");
    old.reply("old.");

    assertThat(before.get().body()).isEqualTo("old.");
    assertThat(after.get().body()).isEqualTo("new.");
    anew.awaitClosed();
  }

  @Test
  void aRefreshUnderWayIsNotServedAfterwards() throws Exception {
    stage.upstream.expect().reply("first.");
    stage.ask("ask=hello");
    stage.advance(Lifetime.DEFAULT.ttl());
    var refresh = stage.upstream.expect();
    assertThat(stage.ask("ask=hello").outcome()).isEqualTo(Outcome.STALE);
    refresh.awaitCalled();
    stage.cache().invalidateAll();
    refresh.reply("second.");
    stage.awaitNothingInTheAir();
    stage.upstream.expect().reply("third.");

    assertThat(stage.ask("ask=hello").body()).isEqualTo("third.");
  }
}
