package dev.refrain.gateway.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what is used of one key, and says when that is all that may be. Thread-safe. */
final class Meter {
  /*
   * A call counts from when it goes upstream, and whether there is one left is asked in the same
   * step. So calls side by side cannot go beyond the budget, and who gets a hit or joins another's
   * call takes nothing from anybody meanwhile.
   *
   * What a call costs is known only afterwards. Until then is held what it may cost, and none
   * departs beside others for which, with all that is held, there is not enough left. One departs
   * alone as long as anything is left: what its caller allows it to cost is often far more than it
   * does, and the rest of a budget should be good for something. So costs go beyond their budget by
   * what one call costs at most, and by what others cost more than was expected.
   *
   * In a fleet, each gateway tells the others what it has counted, under a name that nobody else
   * has (its line), and what it holds; all decide by all that they know.
   *
   * This object's monitor guards all; nothing is called under it.
   */

  private final InstantSource clock;
  private final Bucket bucket = new Bucket();
  private final String life = Share.newName();
  private final Others others = new Others();
  private String line = Share.newName();
  private @Nullable YearMonth month;
  private long calls;
  private long hits;
  private long sent;
  private Spending spent = Spending.NOTHING;
  private Spending held = Spending.NOTHING; // outlives the month, as the calls under way do
  private int underWay; // of those that may cost something
  private long beat;
  private long stirs; // how often this key was used, in whatever way
  private long stirsTold;
  private boolean isBegun; // what is on the board of this month was heard
  private Map<String, String> missing = Map.of(); // lines that the others have lost

  Meter(InstantSource clock) {
    this.clock = clock;
  }

  /** Begins where an earlier one has ended. */
  synchronized void restore(UsageFile.Month known, String id) {
    var account = known.account(id, turn());
    count(account.own());
    others.begin(account.others());
    line = account.line().isEmpty() ? line : account.line();
  }

  private void count(Usage counted) {
    calls = counted.calls();
    hits = counted.hits();
    sent = counted.sent();
    spent = counted.spent();
  }

  private Usage counted() {
    return new Usage(calls, hits, sent, spent);
  }

  /** Lets a call in if the quota has room for it. */
  synchronized Verdict admit(Quota quota) {
    turn();
    stirs++;
    var reached = reached(quota);
    if (!reached.isEmpty()) {
      return new Verdict.OverBudget(reached);
    }
    long rate = quota.callsPerMinute();
    if (rate > 0 && !bucket.tryTake(rate, clock.millis())) {
      return new Verdict.TooFast(rate, Duration.ofMillis(bucket.waitMillis(rate)));
    }
    calls++;
    return new Verdict.Admitted(new Ticket(this, quota));
  }

  /** Returns the bound that is reached, for people; nothing if none is. */
  private String reached(Quota quota) {
    long sentByAll = Spending.sum(sent, others.used().sent());
    return quota.isReached(sentByAll)
        ? quota.callsPerMonth() + " calls"
        : quota.reached(spentByAll());
  }

  private Spending spentByAll() {
    return spent.plus(others.used().spent());
  }

  /** Counts a call that was let in and cost nothing. */
  synchronized void hit() {
    turn();
    stirs++;
    hits++;
  }

  /**
   * Lets a call go upstream of which nobody knows what it costs. Returns the bound that is reached
   * if it may not go; else nothing.
   */
  synchronized String send(Quota quota) {
    turn();
    stirs++;
    var reached = reached(quota);
    sent += reached.isEmpty() ? 1 : 0;
    return reached;
  }

  /** Lets a call go upstream if there is enough left, and holds what it may cost. */
  synchronized Departure depart(Quota quota, Spending expected) {
    turn();
    stirs++;
    var reached = reached(quota);
    if (!reached.isEmpty()) {
      return new Departure.Spent(reached);
    }
    boolean mayCost = !expected.equals(Spending.NOTHING);
    if (mayCost && isCrowded(quota, expected)) {
      return new Departure.Crowded();
    }
    sent++;
    held = held.plus(expected);
    underWay += mayCost ? 1 : 0;
    return new Departure.Departed(new Fare(this, expected));
  }

  private boolean isCrowded(Quota quota, Spending expected) {
    var heldByOthers = quota.boundsCosts() ? others.held(clock.millis()) : Spending.NOTHING;
    boolean isAlone = underWay == 0 && heldByOthers.equals(Spending.NOTHING);
    return !isAlone && !quota.covers(spentByAll().plus(held).plus(heldByOthers).plus(expected));
  }

  /** Counts what a call has cost, and holds nothing for it any more. */
  synchronized void settle(Spending expected, Spending cost) {
    turn();
    stirs++;
    held = held.minus(expected);
    underWay -= expected.equals(Spending.NOTHING) ? 0 : 1;
    spent = spent.plus(cost);
  }

  /** Returns what was used. */
  synchronized Account account() {
    turn();
    return new Account(line, counted(), others.used());
  }

  /** Returns whether there is something to tell, or somebody would like to know. */
  synchronized boolean isStirred() {
    return stirs != stirsTold || underWay > 0;
  }

  /**
   * What is told to the others.
   *
   * @param text of the line; empty if nothing was counted
   * @param missing other lines that they do not have any more
   */
  record Telling(
      YearMonth month, String line, String text, Map<String, String> missing, long stirs) {}

  /** Returns what is to be told to the others. */
  synchronized Telling tell() {
    var now = turn();
    var share = new Share(life, ++beat, counted(), held);
    boolean isBlank = share.used().equals(Usage.NONE) && held.equals(Spending.NOTHING);
    return new Telling(now, line, isBlank ? "" : share.text(), missing, stirs);
  }

  /**
   * Takes note of what all had told before this was told, and returns whether all of it could be
   * understood.
   */
  synchronized boolean hear(Telling told, Map<String, String> lines) {
    if (!told.month().equals(turn())) {
      return true; // it is of a month that is over
    }
    var said = new HashMap<String, Share>();
    lines.forEach((name, text) -> {
      var share = Share.parse(text);
      if (share != null) {
        said.put(name, share);
      }
    });
    boolean isAll = said.size() == lines.size();
    stirsTold = told.stirs();
    var mine = said.remove(line);
    others.hear(said, clock.millis());
    if (mine != null && !mine.life().equals(life)) {
      meet(mine);
    }
    isBegun = true;
    boolean isNews = missing.isEmpty();
    missing = others.missingAmong(lines.keySet());
    stirs += (isNews && !missing.isEmpty()) ? 1 : 0; // they are told at once, but not again
    return isAll;
  }

  /**
   * Somebody else has written this line. What says no more than is known was written before, or put
   * back by others. If this is the first time, it was the process before this one, which may have
   * counted further than it could note. Or else it is a process that was begun with the same notes
   * as this one, and counts beside it: then the line is left to that, as it stands, and another is
   * begun.
   */
  private void meet(Share share) {
    var most = counted().atLeast(share.used());
    if (most.equals(counted())) {
      return;
    }
    stirs++;
    if (isBegun) {
      var left = new Share(share.life(), share.beat(), most, share.held());
      others.hear(Map.of(line, left), clock.millis());
      line = Share.newName();
      count(Usage.NONE);
    } else {
      count(most);
    }
  }

  /** Begins to count anew if a new month has begun, and returns the month. */
  private YearMonth turn() {
    var now = monthOf(clock.instant());
    if (!now.equals(month)) {
      month = now;
      count(Usage.NONE);
      others.begin(Usage.NONE);
      isBegun = false;
      missing = Map.of();
    }
    return now;
  }

  static YearMonth monthOf(Instant instant) {
    return YearMonth.from(instant.atZone(ZoneOffset.UTC));
  }
}
