package dev.refrain;

/** What a flight costs: settled by its thread before its readers learn of its end. */
final class Bill {
  private volatile Cost cost = Cost.UNKNOWN;

  void settle(Cost cost) {
    this.cost = cost;
  }

  Cost cost() {
    return cost;
  }
}
