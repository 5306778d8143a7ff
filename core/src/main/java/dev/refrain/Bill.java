package dev.refrain;

/**
 * What a flight costs, and by whom it is paid for: settled by its thread before its readers learn
 * of its end.
 */
final class Bill {
  private final Upstream payer;
  private volatile Cost cost = Cost.UNKNOWN;

  Bill(Upstream payer) {
    this.payer = payer;
  }

  /** Returns the upstream that the flight asks, as its leader has handed it in. */
  Upstream payer() {
    return payer;
  }

  void settle(Cost cost) {
    this.cost = cost;
  }

  Cost cost() {
    return cost;
  }
}
