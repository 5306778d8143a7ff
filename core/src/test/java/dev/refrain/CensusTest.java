package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.PlainDialect;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an invalidation would hit, before it does. */
@Timeout(30)
final class CensusTest {
  private final FaultyTier far = FaultyTier.around(MemoryTier.ofBytes(1 << 20));
  @RegisterExtension final Stage stage = new Stage();

  @Test
  void anEmptyCacheHasNothing() throws Exception {
    assertThat(stage.cache().countAll())
        .isEqualTo(new Census(0, List.of(new Census.Holding("memory", 0, 0, null))));
  }

  @Test
  void whatHasTheTagIsCountedAndNothingElse() throws Exception {
    keep("ask=one", "Cache-Tag", "a, b");
    keep("ask=two", "Cache-Tag", "b");
    keep("ask=three", "Refrain-Namespace", "v1");

    assertThat(stage.cache().count(Set.of("a")).entries()).isEqualTo(1);
    assertThat(stage.cache().count(Set.of("b")).entries()).isEqualTo(2);
    assertThat(stage.cache().count(Set.of(Tag.namespace("v1"))).entries()).isEqualTo(1);
    assertThat(stage.cache().count(Set.of(Tag.namespace(""))).entries()).isEqualTo(2);
    assertThat(stage.cache().count(Set.of("c")).entries()).isZero();
    assertThat(stage.cache().count(Set.of("a", "b", "c")).entries()).isEqualTo(2);
    assertThat(stage.cache().countAll().entries()).isEqualTo(3);
    assertThat(stage.cache().count(Set.of(Tag.key(stage.slot("ask=two").key()))).entries())
        .isEqualTo(1);
    assertThat(stage.cache().count(Set.of(Tag.scope(Stage.SCOPE))).entries()).isEqualTo(3);
  }

  @Test
  void itIsWhatAnInvalidationHits() throws Exception {
    keep("ask=one", "Cache-Tag", "a");
    keep("ask=two", "Cache-Tag", "a");
    keep("ask=three");
    stage.cache().invalidate("a");

    assertThat(stage.cache().count(Set.of("a")).entries()).as("what is retired already").isZero();
    assertThat(stage.cache().countAll().entries()).isEqualTo(1);
    stage.cache().invalidateAll();
    assertThat(stage.cache().countAll().entries()).isZero();
  }

  @Test
  void whatSeveralTiersHaveIsCountedOnce() throws Exception {
    stage.tier(stage.memory).tier(far);
    keep("ask=one", "Cache-Tag", "a");
    keep("ask=two", "Cache-Tag", "a");
    stage.memory.drop(stage.slot("ask=one"));
    var census = stage.cache().count(Set.of("a"));

    assertThat(census.entries()).isEqualTo(2);
    assertThat(census.tiers())
        .extracting(Census.Holding::tier, Census.Holding::entries)
        .containsExactly(tuple("memory", 1L), tuple("faulty-memory", 2L));
    assertThat(census.tiers()).allMatch(holding -> holding.bytes() == 4 * holding.entries());
    assertThat(census.complete()).isTrue();
  }

  @Test
  void aTierThatCannotBeCountedIsNamed() throws Exception {
    stage.tier(stage.memory).tier(far);
    keep("ask=one");
    far.fail(FaultyTier.Operation.SCAN, new IOException("unreachable"));
    var census = stage.cache().countAll();

    assertThat(census.complete()).isFalse();
    assertThat(census.entries()).isEqualTo(1);
    assertThat(census.tiers().getLast().trouble()).isEqualTo("unreachable");
    stage.listener.await(Event.TierFailed.class);
  }

  @Test
  void aCountCanBeInterrupted() throws Exception {
    keep("ask=one");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> stage.cache().countAll()).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aRequestHasTheKeysUnderWhichItsAnswersLie() throws Exception {
    var request = PlainDialect.request("ask=one");
    var key = stage.slot("ask=one").key();
    var wishes = Wishes.of(request.headers());

    assertThat(stage.cache().keys(request, Stage.SCOPE, wishes)).containsExactly(key);
    var three = new Wishes(wishes.directives(), wishes.namespace(), 3);
    var keys = stage.cache().keys(request, Stage.SCOPE, three);
    assertThat(keys).hasSize(3).doesNotHaveDuplicates().startsWith(key);
    assertThat(stage.cache().keys(request, Stage.SCOPE, three))
        .as("who looks takes nobody's turn")
        .isEqualTo(keys);
    for (int i = 0; i < 6; i++) {
      var meaning = stage.cache().read(request, Stage.SCOPE, three).meaning();
      assertThat(((Meaning.Keyed) meaning).key()).isEqualTo(keys.get(i % 3));
    }
  }

  @Test
  void whatHasNoKeyHasNone() {
    var request = Request.post("", "/unknown", Headers.none(), new byte[0]);

    assertThat(stage.cache().keys(request, Stage.SCOPE, Wishes.of(request.headers()))).isEmpty();
  }

  private void keep(String body, String... headers) throws Exception {
    stage.upstream.expect().reply("one.");
    assertThat(stage.ask(body, headers).outcome()).isEqualTo(Outcome.FETCHED);
  }
}
