package dev.refrain.gateway;

import dev.refrain.flight.Capacity;

/**
 * Where there are places for calls to one upstream: so many there, and so many in all. Thread-safe.
 */
record Room(Capacity all, Capacity here) {
  /** Takes a place, if there is any left. */
  boolean tryTake() {
    if (!all.tryTake(1)) {
      return false;
    }
    if (!here.tryTake(1)) {
      all.giveBack(1);
      return false;
    }
    return true;
  }

  /** Gives a place back. */
  void giveBack() {
    here.giveBack(1);
    all.giveBack(1);
  }
}
