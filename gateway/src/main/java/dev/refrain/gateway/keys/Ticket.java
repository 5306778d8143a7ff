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
  private final AtomicReference<State> state = new AtomicReference<>(State.RESERVED);

  Ticket(Meter meter) {
    this.meter = meter;
  }

  /** Notes that a call goes upstream: perhaps one more than was asked for, behind a hit. */
  public void send() {
    if (!state.compareAndSet(State.RESERVED, State.SENT)) {
      meter.sendAgain();
    }
  }

  /** Notes what a call upstream has cost. */
  public void addTokens(long count) {
    meter.addTokens(count);
  }

  /** Notes that the caller has got what he gets. */
  public void end(boolean served) {
    if (state.compareAndSet(State.RESERVED, State.ENDED)) {
      meter.giveBack(served);
    }
  }
}
