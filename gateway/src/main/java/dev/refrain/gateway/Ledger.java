package dev.refrain.gateway;

import dev.refrain.gateway.admin.RecentCall;
import dev.refrain.gateway.admin.RecentCalls;
import dev.refrain.gateway.figures.Visit;
import java.time.InstantSource;

/** Gives calls their names, and notes what became of them. */
record Ledger(RequestIds ids, RecentCalls calls, InstantSource clock) {
  /** Notes a call that is over. */
  void note(Visit visit, int status) {
    if (!visit.id().isEmpty()) {
      calls.add(RecentCall.of(visit, status, clock.millis(), System.nanoTime()));
    }
  }
}
