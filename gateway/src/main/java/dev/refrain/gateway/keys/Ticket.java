package dev.refrain.gateway.keys;

import java.util.concurrent.atomic.AtomicReference;

/** A call that was let in, on the account of its key. Thread-safe. */
public final class Ticket {
  private enum State {
    RESERVED,
    SENT,
    ENDED
  }

  private final Meter meter;
  private final Quota quota;
  private final AtomicReference<State> state = new AtomicReference<>(State.RESERVED);

  Ticket(Meter meter, Quota quota) {
    this.meter = meter;
    this.quota = quota;
  }

  /**
   * Asks whether a call may go upstream, and holds for it what it may cost. Perhaps it is one more
   * than was asked for, behind a hit.
   */
  public Departure depart(Spending expected) {
    var departure = meter.depart(quota, expected);
    if (departure instanceof Departure.Departed) {
      send();
    }
    return departure;
  }

  /** Notes that a call goes upstream of which nobody knows what it costs. */
  public void send() {
    if (state.compareAndSet(State.RESERVED, State.SENT)) {
      meter.send();
    } else {
      meter.sendAgain();
    }
  }

  /** Notes that the caller has got what he gets. */
  public void end(boolean served) {
    if (state.compareAndSet(State.RESERVED, State.ENDED)) {
      meter.giveBack(served);
    }
  }
}
