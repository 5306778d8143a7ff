package dev.refrain.gateway.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Counts what is used of one key, and says when that is all that may be. Thread-safe. */
final class Meter {
  /*
   * A call takes its place in the month's budget when it is let in, and gives it back when it ends
   * without having gone upstream. So calls side by side cannot go beyond the budget.
   *
   * What a call costs is known only afterwards. Until then is held what it may cost, and none
   * departs beside others for which, with all that is held, there is not enough left. One departs
   * alone as long as anything is left: what its caller allows it to cost is often far more than it
   * does, and the rest of a budget should be good for something. So costs go beyond their budget by
   * what one call costs at most, and by what others cost more than was expected.
   *
   * This object's monitor guards all; nothing is called under it.
   */

  private final InstantSource clock;
  private final Bucket bucket = new Bucket();
  private @Nullable YearMonth month;
  private long calls;
  private long hits;
  private long sent;
  private Spending spent = Spending.NOTHING;
  private Spending held = Spending.NOTHING; // outlives the month, as the calls under way do
  private int underWay;

  Meter(InstantSource clock) {
    this.clock = clock;
  }

  /** Begins where an earlier one has ended. */
  synchronized void restore(UsageFile.Month known, String id) {
    turn();
    var usage = (month == null) ? Usage.NONE : known.of(id, month);
    calls = usage.calls();
    hits = usage.hits();
    sent = usage.sent();
    spent = usage.spent();
  }

  /** Lets a call in if the quota has room for it. */
  synchronized Verdict admit(Quota quota) {
    turn();
    if (quota.callsPerMonth() > 0 && sent >= quota.callsPerMonth()) {
      return new Verdict.OverBudget(quota.callsPerMonth() + " calls");
    }
    var reached = quota.reached(spent);
    if (!reached.isEmpty()) {
      return new Verdict.OverBudget(reached);
    }
    long rate = quota.callsPerMinute();
    if (rate > 0 && !bucket.tryTake(rate, clock.millis())) {
      return new Verdict.TooFast(rate, Duration.ofMillis(bucket.waitMillis(rate)));
    }
    calls++;
    sent++;
    return new Verdict.Admitted(new Ticket(this, quota));
  }

  /** Counts a call upstream beyond that for which there was a place. */
  synchronized void sendAgain() {
    turn();
    sent++;
  }

  /** Takes a place back. */
  synchronized void giveBack(boolean served) {
    if (!turn()) {
      sent--;
    }
    hits += served ? 1 : 0;
  }

  /** Lets a call go upstream if there is enough left, and holds what it may cost. */
  synchronized Departure depart(Quota quota, Spending expected) {
    turn();
    var reached = quota.reached(spent);
    if (!reached.isEmpty()) {
      return new Departure.Spent(reached);
    }
    if (underWay > 0 && !quota.covers(spent.plus(held).plus(expected))) {
      return new Departure.Crowded();
    }
    held = held.plus(expected);
    underWay++;
    return new Departure.Departed(new Fare(this, expected));
  }

  /** Counts what a call has cost, and holds nothing for it any more. */
  synchronized void settle(Spending expected, Spending cost) {
    turn();
    held = held.minus(expected);
    underWay--;
    spent = spent.plus(cost);
  }

  synchronized Usage usage() {
    turn();
    return new Usage(calls, hits, sent, spent);
  }

  /** Returns whether a new month has begun, and all counts with it. */
  private boolean turn() {
    var now = monthOf(clock.instant());
    if (now.equals(month)) {
      return false;
    }
    boolean turned = month != null;
    month = now;
    calls = 0;
    hits = 0;
    sent = 0;
    spent = Spending.NOTHING;
    return turned;
  }

  static YearMonth monthOf(Instant instant) {
    return YearMonth.from(instant.atZone(ZoneOffset.UTC));
  }
}
