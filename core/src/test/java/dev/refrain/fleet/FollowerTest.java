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
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.fleet.Frame.Chunks;
import dev.refrain.fleet.Frame.End;
import dev.refrain.fleet.Frame.Ending;
import dev.refrain.fleet.Frame.Opening;
import java.time.Duration;
import java.util.List;
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
      return fleet.board(errand);
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

  /** A store in which the leader is heard as soon as somebody listens. */
  private static final class Told implements Tower {
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
    public void answer(String node, BiConsumer<Hailed, byte[]> listener) {} // nobody hails us

    @Override
    public boolean renew(Key key, Holder holder, Duration lease) {
      throw new AssertionError("only who leads does that");
    }

    @Override
    public void release(Key key, Holder holder) {
      throw new AssertionError("only who leads does that");
    }

    @Override
    public void turnDown(Key key, Holder holder, Duration remembered) {
      throw new AssertionError("only who leads does that");
    }

    @Override
    public boolean publish(Holder holder, Recording recording) {
      throw new AssertionError("only who leads does that");
    }

    @Override
    public boolean offer(Recording recording) {
      throw new AssertionError("nothing was fetched");
    }

    @Override
    public void append(Key key, Holder holder, byte[] frame, Duration kept) {
      throw new AssertionError("only who leads does that");
    }

    @Override
    public void tell(Key key, Holder holder, byte[] frame, Duration kept) {
      throw new AssertionError("only who leads does that");
    }

    @Override
    public Backlog read(Key key, Holder holder, int from) {
      throw new AssertionError("all was heard");
    }

    @Override
    public void close() {} // nothing is open
  }
}
