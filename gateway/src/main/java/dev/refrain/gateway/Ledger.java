package dev.refrain.gateway;

import dev.refrain.gateway.admin.RecentCall;
import dev.refrain.gateway.admin.RecentCalls;
import dev.refrain.gateway.figures.Visit;
import dev.refrain.gateway.traces.Tracing;
import java.time.InstantSource;

/** Gives calls their names, follows them, and notes what became of them. */
record Ledger(RequestIds ids, RecentCalls calls, Tracing tracing, InstantSource clock) {
  /** Notes a call that is over. */
  void note(Visit visit, int status) {
    if (!visit.id().isEmpty()) {
      calls.add(RecentCall.of(visit, status, clock.millis(), System.nanoTime()));
    }
  }
}
