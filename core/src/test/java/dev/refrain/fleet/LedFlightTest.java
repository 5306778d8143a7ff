package dev.refrain.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import dev.refrain.testing.MovableClock;
import dev.refrain.testing.MovableTimer;
import dev.refrain.testing.Poll;
import dev.refrain.tier.MemoryTier;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For how long a flight takes itself for the leader, and when there is nothing left of it. */
@Timeout(30)
final class LedFlightTest {
  private static final Key KEY = Key.of(new byte[32]);
  private static final Holder HOLDER = new Holder("node-1", "token-1", Form.WHOLE);
  private static final long LEASE_NANOS = Tempo.LEASE.toNanos();

  private final AtomicLong nanos = new AtomicLong();
  private final MovableTimer timer = new MovableTimer(new MovableClock());
  private final AtomicBoolean gone = new AtomicBoolean();
  private final Store store = new Store();
  private final LedFlight flight =
      new LedFlight(
          store, new Tempo(nanos::get, timer, new Random(1)), KEY, HOLDER, () -> gone.set(true));

  /** One that takes its time, and says yes or no. */
  private final class Store extends UnaskedTower {
    private long nanosEach;
    private volatile boolean publishes = true;

    @Override
    public boolean renew(Key key, Holder holder, Duration lease) {
      nanos.addAndGet(nanosEach);
      return true;
    }

    @Override
    public boolean publish(Holder holder, Recording recording) {
      return publishes;
    }

    @Override
    public void append(Key key, Holder holder, byte[] frame, Duration kept) {} // nobody listens

    @Override
    public void tell(Key key, Holder holder, byte[] frame, Duration kept) {} // nobody listens

    @Override
    public void release(Key key, Holder holder) {} // nobody else asks for it
  }

  private static Recording recording() {
    return new Recording(
        new Slot(KEY, Form.WHOLE),
        200,
        Headers.of(),
        new Chunks(new byte[0], new int[0], new int[0]),
        0,
        0,
        Usage.UNKNOWN,
        new Stamp(List.of(), List.of()),
        "",
        null,
        null);
  }

  /** The store counts from when it was asked, at the latest. */
  @Test
  void aLeaseIsHeldFromWhenItWasAskedForAndNotFromWhenThatIsKnown() {
    flight.taken(0);
    nanos.set(Tempo.RENEWAL.toNanos());
    store.nanosEach = LEASE_NANOS / 2;
    timer.advance(Tempo.RENEWAL);
    Poll.until("the next renewal is due", () -> timer.pending() == 1);

    nanos.set(Tempo.RENEWAL.toNanos() + LEASE_NANOS - 1);
    assertThat(flight.holds()).isTrue();
    nanos.incrementAndGet();
    assertThat(flight.holds()).isFalse();
  }

  @Test
  void whoMayNotPublishLeadsNoMore() throws Exception {
    flight.taken(0);
    var tier = MemoryTier.ofBytes(1 << 20);
    assertThat(flight.publish(tier, recording())).isTrue();
    assertThat(flight.holds()).isTrue();
    store.publishes = false;
    assertThat(flight.publish(tier, recording())).isFalse();
    assertThat(flight.holds()).isFalse();
    store.publishes = true;
    assertThat(flight.publish(tier, recording())).isFalse();
  }

  @Test
  void whenItIsClosedAndAllIsRelayedNothingIsLeftOfIt() throws Exception {
    flight.taken(0);
    flight.hailed(true);
    flight.lead(() -> null); // too late for a relay
    flight.close();
    Poll.until("nothing is left", gone::get);
    assertThat(timer.pending()).isZero();
  }
}
