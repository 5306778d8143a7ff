package dev.refrain.gateway.keys;

import java.time.Duration;

/** Whether a call is within the quota of its key. */
public sealed interface Verdict {
  /** It is. */
  record Admitted(Ticket ticket) implements Verdict {}

  /** There are too many within a minute; the next may come after a pause. */
  record TooFast(long callsPerMinute, Duration pause) implements Verdict {}

  /** The month's budget is used up. */
  record OverBudget(String budget) implements Verdict {}
}
