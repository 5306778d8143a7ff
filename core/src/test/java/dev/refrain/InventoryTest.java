package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.FaultyTier.Operation;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class InventoryTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @RegisterExtension final Stage stage = new Stage();

  private void ask(String body, String... headers) throws Exception {
    stage.upstream.expect().head().chunk("said.").end();
    stage.ask(body, headers);
  }

  private List<Slot> slots() throws Exception {
    var slots = new ArrayList<Slot>();
    stage.cache().inventory().scan("memory", entry -> slots.add(entry.slot()));
    return slots;
  }

  private Life life(String body) throws Exception {
    return stage.cache().inventory().find(stage.slot(body)).found().getFirst().life();
  }

  @Test
  void whatWasInvalidatedIsShownNoMore() throws Exception {
    ask("ask=one", "Cache-Tag", "doc:1");
    ask("ask=two");
    assertThat(slots()).containsExactlyInAnyOrder(stage.slot("ask=one"), stage.slot("ask=two"));
    stage.cache().invalidate("doc:1");

    assertThat(slots()).containsExactly(stage.slot("ask=two"));
    assertThat(life("ask=one").valid()).isFalse();
    assertThat(life("ask=two").valid()).isTrue();
  }

  @Test
  void lookingIsNoHit() throws Exception {
    ask("ask=one");
    stage.ask("ask=one");
    for (int i = 0; i < 20; i++) {
      life("ask=one");
    }
    var held = stage.cache().inventory().find(stage.slot("ask=one")).found().getFirst();
    assertThat(held.hits()).isEqualTo(1);
  }

  @Test
  void aLifeIsToldAsItComesToPass() throws Exception {
    ask("ask=one");
    var life = life("ask=one");

    assertThat(life.freshUntilMillis()).isEqualTo(stage.clock.millis() + 24 * HOUR.toMillis());
    stage.advance(Duration.ofMillis(life.freshUntilMillis() - stage.clock.millis() - 1));
    assertThat(stage.ask("ask=one").outcome()).isEqualTo(Outcome.REPLAYED);
    stage.advance(Duration.ofMillis(life.staleUntilMillis() - stage.clock.millis()));
    stage.upstream.expect().status(503, "no");
    assertThat(stage.ask("ask=one").outcome()).isEqualTo(Outcome.STALE);
    stage.awaitNothingInTheAir();
  }

  @Test
  void aTierThatFailsIsNamedAndHidesNoOther() throws Exception {
    var near = MemoryTier.ofBytes(1 << 20);
    var far = FaultyTier.around(MemoryTier.ofBytes(1 << 20));
    stage.tier(near).tier(far);
    ask("ask=one");
    far.fail(Operation.FIND, new IOException("gone"));
    var seen = stage.cache().inventory().find(stage.slot("ask=one"));

    assertThat(seen.found()).extracting(Inventory.Held::tier).containsExactly("memory");
    assertThat(seen.silent()).containsExactly(far.name());
  }
}
