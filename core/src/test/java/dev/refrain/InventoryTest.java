package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Inventory.Held;
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

  private Held held(String body) throws Exception {
    return stage.cache().inventory().find(stage.slot(body)).found().getFirst();
  }

  @Test
  void whatWasInvalidatedIsShownNoMore() throws Exception {
    ask("ask=one", "Cache-Tag", "doc:1");
    ask("ask=two");
    assertThat(slots()).containsExactlyInAnyOrder(stage.slot("ask=one"), stage.slot("ask=two"));
    stage.cache().invalidate("doc:1");

    assertThat(slots()).containsExactly(stage.slot("ask=two"));
    assertThat(held("ask=one").valid()).isFalse();
    assertThat(held("ask=two").valid()).isTrue();
  }

  @Test
  void lookingIsNoHit() throws Exception {
    ask("ask=one");
    stage.ask("ask=one");
    for (int i = 0; i < 20; i++) {
      held("ask=one");
    }
    assertThat(held("ask=one").hits()).isEqualTo(1);
  }

  @Test
  void theTimesThatAreToldComeToPass() throws Exception {
    ask("ask=one");
    var times = held("ask=one").timing();

    assertThat(times.freshUntilMillis()).isEqualTo(stage.clock.millis() + 24 * HOUR.toMillis());
    stage.advance(Duration.ofMillis(times.freshUntilMillis() - stage.clock.millis() - 1));
    assertThat(stage.ask("ask=one").outcome()).isEqualTo(Outcome.REPLAYED);
    stage.advance(Duration.ofMillis(times.revalidateUntilMillis() - stage.clock.millis()));
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

    assertThat(seen.found()).extracting(Held::tier).containsExactly("memory");
    assertThat(seen.silent()).containsExactly(far.name());
  }
}
