package dev.refrain.gateway.figures;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Supplier;

/** What was saved today and since ever, restarts included. Days are those of UTC. Thread-safe. */
final class Savings {
  private final Supplier<Totals> running;
  private final LocalDate since;
  private final Totals before; // the process began
  private LocalDate day; // guarded by this, as all below is
  private Totals beforeOfDay;
  private Totals runningAtDawn = Totals.NONE;

  /** What is kept of it all. */
  record Periods(Period ever, Period today) {
    static Periods beginning(LocalDate day) {
      return new Periods(new Period(day, Totals.NONE), new Period(day, Totals.NONE));
    }
  }

  /**
   * Goes on from what was kept.
   *
   * @param running what has come since the process began
   */
  Savings(Periods kept, Supplier<Totals> running) {
    this.running = running;
    since = kept.ever.since();
    before = kept.ever.totals();
    day = kept.today.since();
    beforeOfDay = kept.today.totals();
  }

  static LocalDate dayOf(Instant instant) {
    return instant.atZone(ZoneOffset.UTC).toLocalDate();
  }

  /** Returns what has come by now. */
  synchronized Periods periods(Instant now) {
    var all = running.get();
    var today = dayOf(now);
    if (!today.equals(day)) {
      day = today;
      beforeOfDay = Totals.NONE;
      runningAtDawn = all;
    }
    return new Periods(
        new Period(since, before.plus(all)),
        new Period(day, beforeOfDay.plus(all.minus(runningAtDawn))));
  }
}
