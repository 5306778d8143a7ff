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
   * without having gone upstream. So calls side by side cannot go beyond the budget. What a call
   * costs in tokens is known only afterwards: by those under way the budget of tokens is exceeded.
   *
   * This object's monitor guards all; nothing is called under it.
   */

  private final InstantSource clock;
  private final Bucket bucket = new Bucket();
  private @Nullable YearMonth month;
  private long calls;
  private long hits;
  private long sent;
  private long tokens;

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
    tokens = usage.tokens();
  }

  /** Lets a call in if the quota has room for it. */
  synchronized Verdict admit(Quota quota) {
    turn();
    if (quota.callsPerMonth() > 0 && sent >= quota.callsPerMonth()) {
      return new Verdict.OverBudget(quota.callsPerMonth() + " calls");
    }
    if (quota.tokensPerMonth() > 0 && tokens >= quota.tokensPerMonth()) {
      return new Verdict.OverBudget(quota.tokensPerMonth() + " tokens");
    }
    long rate = quota.callsPerMinute();
    if (rate > 0 && !bucket.tryTake(rate, clock.millis())) {
      return new Verdict.TooFast(rate, Duration.ofMillis(bucket.waitMillis(rate)));
    }
    calls++;
    sent++;
    return new Verdict.Admitted(new Ticket(this));
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

  synchronized void addTokens(long count) {
    turn();
    tokens += count;
  }

  synchronized Usage usage() {
    turn();
    return new Usage(calls, hits, sent, tokens);
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
    tokens = 0;
    return turned;
  }

  static YearMonth monthOf(Instant instant) {
    return YearMonth.from(instant.atZone(ZoneOffset.UTC));
  }
}
