package dev.refrain.gateway.keys;

import dev.refrain.testing.MovableClock;
import java.util.Map;

/** As much of a gateway as counts what is used of one key. */
final class CountingGateway {
  static final String KEY = "3f1c09a7b2de";

  private final FakeBoard board;
  final Meter meter;

  CountingGateway(FakeBoard board, MovableClock clock) {
    this.board = board;
    meter = new Meter(clock);
  }

  CountingGateway restoring(UsageFile.Month notes) {
    meter.restore(notes, KEY);
    return this;
  }

  Verdict admit(Quota quota) {
    return meter.admit(quota);
  }

  Ticket admitted() {
    return ((Verdict.Admitted) meter.admit(Quota.NONE)).ticket();
  }

  Departure depart(Quota quota, long tokens) {
    var admitted = (Verdict.Admitted) meter.admit(quota);
    return admitted.ticket().depart(new Spending(tokens, 0));
  }

  void spend(Spending cost) {
    ((Departure.Departed) admitted().depart(Spending.NOTHING)).fare().settle(cost);
  }

  void spend(int calls) {
    for (int i = 0; i < calls; i++) {
      spend(new Spending(10, 100));
    }
  }

  /** Clears the key, whether it is due or not. */
  void clear() throws InterruptedException {
    new Clearing(board, Map.of(KEY, meter)).clear();
  }

  Usage used() {
    return meter.account().used();
  }

  long sent() {
    return used().sent();
  }

  UsageFile.Month notes(MovableClock clock) {
    var month = Meter.monthOf(clock.instant());
    return new UsageFile.Month(month, Map.of(KEY, meter.account()));
  }

  /** Clears several, one after the other. */
  static void clear(CountingGateway... inTurn) throws InterruptedException {
    for (var gateway : inTurn) {
      gateway.clear();
    }
  }
}
