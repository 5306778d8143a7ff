package dev.refrain.gateway.keys;

import java.util.concurrent.atomic.AtomicBoolean;

/** What is held of a budget for one call upstream, until it is known what that costs. */
public final class Fare {
  private final Meter meter;
  private final Spending held;
  private final AtomicBoolean settled = new AtomicBoolean();

  Fare(Meter meter, Spending held) {
    this.meter = meter;
    this.held = held;
  }

  /** Pays what the call has cost instead of what was held for it. Only the first time counts. */
  public void settle(Spending cost) {
    if (settled.compareAndSet(false, true)) {
      meter.settle(held, cost);
    }
  }
}
