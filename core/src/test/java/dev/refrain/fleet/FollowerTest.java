package dev.refrain.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Fleet.Boarding;
import dev.refrain.Fleet.Boarding.Joined;
import dev.refrain.Fleet.Boarding.Landed;
import dev.refrain.Fleet.Errand;
import dev.refrain.Fleet.Purpose;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.fleet.Frame.Chunks;
import dev.refrain.fleet.Frame.End;
import dev.refrain.fleet.Frame.Ending;
import dev.refrain.fleet.Frame.Opening;
import dev.refrain.fleet.Tower.Hailed;
import dev.refrain.testing.Poll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who boards while another process leads, and tells its whole reply to all who listen. */
@Timeout(20)
final class FollowerTest {
  private static final Key KEY = Key.of(new byte[32]);
  private static final Form STREAM = new Form("stream");
  private static final Holder LEADER = new Holder("node-1", "token-1", STREAM);

  private static Boarding board(Form form) throws InterruptedException {
    var errand = new Errand(new Slot(KEY, form), List.of(STREAM), Purpose.SHARE);
    try (var fleet = new LeasedFleet(new Told())) {
      var boarding = fleet.board(errand);
      assertThat(fleet.flights()).as("who could be hailed").isEmpty();
      return boarding;
    }
  }

  @Test
  void whoWantsTheSameIsToldIt() throws Exception {
    var boarding = board(STREAM);
    assertThat(boarding).isInstanceOf(Joined.class);
    try (var passage = ((Joined) boarding).passage()) {
      assertThat(passage.next()).isEqualTo("hello.".getBytes(UTF_8));
      assertThat(passage.next()).isNull();
    }
  }

  /** Chunks of a stream are of no use to him: the recording, from which his can be made, is. */
  @Test
  void whoWantsItInAnotherFormLearnsThatItHasLanded() throws Exception {
    assertThat(board(Form.WHOLE)).isEqualTo(new Landed());
  }

  /** More than may be answered at once, one after the other. */
  @Test
  void whoIsHailedForFlightsThatHeDoesNotKnowSaysSoToAll() {
    var tower = new Told();
    try (var fleet = new LeasedFleet(tower)) {
      assertThat(fleet.flights()).isEmpty();
      for (int i = 1; i <= 1_100; i++) {
        int answered = i;
        tower.hailed.accept(new Hailed(KEY, LEADER), new byte[1]);
        Poll.until("an answer", () -> tower.gone.get() == answered);
      }
    }
  }

  /** A store in which the leader is heard as soon as somebody listens. */
  private static final class Told extends UnaskedTower {
    private final AtomicInteger gone = new AtomicInteger();
    private BiConsumer<Hailed, byte[]> hailed = (who, message) -> {};

    @Override
    public Claim claim(Key key, Holder holder, Duration lease) {
      return new Claim.Held(LEADER);
    }

    @Override
    public Wire listen(Key key, Holder holder, Consumer<byte[]> listener) {
      var stamp = new Stamp(List.of(), List.of());
      listener.accept(new Opening(0, 200, 0, Headers.of(), stamp).bytes());
      listener.accept(new Chunks(1, List.of("hello.".getBytes(UTF_8))).bytes());
      listener.accept(new End(2, Ending.WHOLE, "").bytes());
      return () -> {};
    }

    @Override
    public void hail(Key key, Holder holder, byte[] message) {} // he tells all anyway

    @Override
    public void answer(String node, BiConsumer<Hailed, byte[]> listener) {
      hailed = listener;
    }

    @Override
    public void release(Key key, Holder holder) {} // it is not held

    @Override
    public void tell(Key key, Holder holder, byte[] frame, Duration kept) {
      gone.incrementAndGet();
    }
  }
}
