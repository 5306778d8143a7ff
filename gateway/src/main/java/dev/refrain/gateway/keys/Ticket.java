package dev.refrain.gateway.keys;

import java.util.concurrent.atomic.AtomicReference;

/** A call that was let in, on the account of its key. Thread-safe. */
public final class Ticket {
  private enum State {
    ADMITTED,
    SENT,
    ENDED
  }

  private final Meter meter;
  private final Quota quota;
  private final AtomicReference<State> state = new AtomicReference<>(State.ADMITTED);

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
      noteSent();
    }
    return departure;
  }

  /**
   * Lets a call go upstream of which nobody knows what it costs. Returns the budget that is used up
   * if it may not go, for people; else nothing.
   */
  public String send() {
    var reached = meter.send(quota);
    if (reached.isEmpty()) {
      noteSent();
    }
    return reached;
  }

  private void noteSent() {
    state.compareAndSet(State.ADMITTED, State.SENT);
  }

  /** Notes that the caller has got what he gets. */
  public void end(boolean served) {
    if (state.compareAndSet(State.ADMITTED, State.ENDED) && served) {
      meter.hit();
    }
  }
}
