package dev.refrain.sqlite;

import dev.refrain.Holdings;
import dev.refrain.Holdings.Breaker;
import dev.refrain.sqlite.Usefulness.Merit;
import dev.refrain.tier.Parcels;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** Keeps the file within its bounds and free of what is dead, in small steps. */
final class Upkeep {
  /*
   * All of it is done by the writer, between writes. The steps are small for the sake of those who
   * close, flush or find the queue full; no reader is in the way of the writer, nor it in theirs.
   *
   * Evicting: some neighbourhoods are drawn by lot, and of all entries in them and of the oldest
   * the least useful quarter goes. To know the least useful of all, each hit would have to move an
   * entry in one more index.
   *
   * Sweeping: ids grow, so the first entries are the oldest, and are looked at once a minute to see
   * whether they have expired. Only after an invalidation all entries are looked through, once.
   */

  private static final int STEP_ENTRIES = 100;
  private static final int NEIGHBOURHOODS = 8;
  private static final int NEIGHBOURS = 32;
  private static final int EVICTED_SHARE = 4;
  private static final int EVICTIONS_AT_ONCE = 128; // steps after each write, at most
  private static final int GIVEN_BACK_PAGES = 64;
  private static final int KEPT_FREE_SHARE = 32; // of all pages, for what comes next
  private static final long BUSY_PAUSE_MILLIS = 10;
  private static final long IDLE_PAUSE_MILLIS = 500;
  private static final long TIDYING_PAUSE_MILLIS = 50; // while there is always something to write
  private static final Duration TALLY_PAUSE = Duration.ofMinutes(1);
  private static final Duration EXPIRY_PAUSE = Duration.ofMinutes(1);
  private static final Duration SWEEP_PAUSE = Duration.ofMinutes(10);
  private static final long NONE = -1;

  private final Parcels parcels;
  private final Tally tally;
  private final Bounds bounds;
  private final SqliteEpochs epochs;
  private final InstantSource clock;
  private volatile Size size = new Size(0, 0, 0);

  // Of the writer's thread alone:
  private long evicted;
  private boolean more; // something is left to be done
  private boolean unsaved; // the log has something that the file has not
  private long talliedMillis;
  private long tidiedMillis;
  private long expiredMillis;
  private long sweptMillis;
  private long sweptChanges;
  private long expiryId = NONE; // how far the first entries have been looked at
  private long sweepId = NONE; // how far all have

  /**
   * How much may lie there.
   *
   * @param bytesMax of the file, without its log
   * @param ageMax beyond which nobody is served an entry
   */
  record Bounds(long bytesMax, Duration ageMax) {}

  /** How much lies there. */
  private record Size(long entries, long bytes, long evicted) {}

  Upkeep(Parcels parcels, Tally tally, Bounds bounds, SqliteEpochs epochs, InstantSource clock) {
    this.parcels = parcels;
    this.tally = tally;
    this.bounds = bounds;
    this.epochs = epochs;
    this.clock = clock;
  }

  InstantSource clock() {
    return clock;
  }

  /** Returns what lies there, as of the last step. May be called by anybody. */
  Holdings holdings(Breaker breaker) {
    var now = size;
    return new Holdings(now.entries, now.bytes, bounds.bytesMax, now.evicted, breaker);
  }

  /** Returns for how long the writer may wait for something to write. */
  long pauseMillis() {
    return more ? BUSY_PAUSE_MILLIS : IDLE_PAUSE_MILLIS;
  }

  /** Begins with a file that was just opened. It may have been left in the midst of a sweep. */
  void begin(Answers answers) throws SQLException {
    long now = clock.millis();
    talliedMillis = now;
    tidiedMillis = now;
    expiredMillis = now;
    sweptMillis = now - SWEEP_PAUSE.toMillis() + EXPIRY_PAUSE.toMillis();
    expiryId = NONE;
    sweepId = NONE;
    unsaved = true;
    sweptChanges = -1;
    measure(answers);
  }

  /** Does a little of what is most urgent; of the rest less while there is something to write. */
  void step(Answers answers, boolean idle) throws SQLException, InterruptedException {
    boolean unfinished = more;
    long now = clock.millis();
    unsaved |= !idle;
    if (now - talliedMillis >= TALLY_PAUSE.toMillis() || now < talliedMillis) {
      talliedMillis = now;
      writeHits(answers, now);
    }
    more = evict(answers, now, idle ? 1 : EVICTIONS_AT_ONCE);
    if (!more) {
      more = (idle || mayTidy(now)) ? tidy(answers, now) : unfinished;
    }
    if (idle && !more && unsaved) {
      answers.checkpoint();
      unsaved = false;
    }
    measure(answers);
  }

  private boolean mayTidy(long now) {
    return now - tidiedMillis >= TIDYING_PAUSE_MILLIS || now < tidiedMillis;
  }

  /** Returns whether something is left to be done. */
  private boolean tidy(Answers answers, long now) throws SQLException {
    tidiedMillis = now;
    return expire(answers, now) || sweep(answers, now) || giveBack(answers);
  }

  /** Writes what else there is, before the file is closed. */
  void finish(Answers answers) throws SQLException, InterruptedException {
    writeHits(answers, clock.millis());
  }

  private void writeHits(Answers answers, long now) throws SQLException, InterruptedException {
    var hits = tally.take(now);
    if (hits.isEmpty()) {
      return;
    }
    answers.begin();
    for (var entry : hits.entrySet()) {
      var name = parcels.names(entry.getKey()).getFirst();
      answers.touch(name, entry.getValue());
    }
    answers.commit();
    unsaved = true;
  }

  /** Returns whether there is still too much. */
  private boolean evict(Answers answers, long now, int stepsMax) throws SQLException {
    if (!isTooLarge(answers)) {
      return false;
    }
    answers.begin();
    boolean left = true;
    for (int i = 0; i < stepsMax && left; i++) {
      left = evictSome(answers, now) && isTooLarge(answers);
    }
    answers.commit();
    unsaved = true;
    return left;
  }

  private boolean isTooLarge(Answers answers) throws SQLException {
    return usedBytes(answers) > bounds.bytesMax;
  }

  private static long usedBytes(Answers answers) throws SQLException {
    return (answers.pages() - answers.freePages()) * AnswerFile.PAGE_BYTES;
  }

  /** Returns whether there was anything to evict. */
  private boolean evictSome(Answers answers, long now) throws SQLException {
    long first = answers.firstId();
    long last = Math.max(first, answers.nextId());
    var drawn = new HashMap<Long, Merit>(); // neighbourhoods may overlap
    long from = first; // the oldest, which no lot would find behind the gap that they leave
    for (int i = 0; i < NEIGHBOURHOODS; i++) {
      answers.merits(from, NEIGHBOURS).forEach(merit -> drawn.put(merit.id(), merit));
      from = ThreadLocalRandom.current().nextLong(first, last + 1);
    }
    var leastFirst = new ArrayList<>(drawn.values());
    leastFirst.sort(Comparator.comparingDouble(merit -> Usefulness.of(merit, now)));
    int count = (leastFirst.size() + EVICTED_SHARE - 1) / EVICTED_SHARE;
    for (var merit : leastFirst.subList(0, count)) {
      answers.delete(merit.id());
    }
    evicted += count;
    return answers.entries() > 0;
  }

  /** Returns whether there may be more that has expired. */
  private boolean expire(Answers answers, long now) throws SQLException {
    if (expiryId == NONE) {
      if (now - expiredMillis < EXPIRY_PAUSE.toMillis()) {
        return false;
      }
      expiredMillis = now;
      expiryId = 0;
    }
    var entries = answers.list(expiryId, STEP_ENTRIES);
    boolean found = deleteIf(entry -> isExpired(entry, now), entries, answers);
    expiryId = found ? entries.getLast().id : NONE;
    return found;
  }

  private boolean isExpired(Listed entry, long now) {
    return entry.bornMillis < now - bounds.ageMax.toMillis();
  }

  /** Returns whether there is more to be looked through. */
  private boolean sweep(Answers answers, long now) throws SQLException {
    if (sweepId == NONE) {
      long changes = epochs.changes();
      if (now - sweptMillis < SWEEP_PAUSE.toMillis() || changes == sweptChanges) {
        return false;
      }
      sweptMillis = now;
      sweptChanges = changes;
      sweepId = 0;
    }
    var entries = answers.list(sweepId, STEP_ENTRIES);
    deleteIf(entry -> isExpired(entry, now) || isInvalid(entry), entries, answers);
    sweepId = entries.isEmpty() ? NONE : entries.getLast().id;
    return sweepId != NONE;
  }

  /** What cannot be read may be so with another secret, and goes when its time has come. */
  private boolean isInvalid(Listed entry) {
    var known = epochs.known();
    try {
      return known != null && !known.hold(parcels.entry(entry.name, entry.head, 0).stamp());
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether something was deleted. */
  private boolean deleteIf(Predicate<Listed> dead, List<Listed> entries, Answers answers)
      throws SQLException {
    var deadIds = entries.stream().filter(dead).map(entry -> entry.id).toList();
    if (deadIds.isEmpty()) {
      return false;
    }
    answers.begin();
    for (long id : deadIds) {
      answers.delete(id);
    }
    answers.commit();
    unsaved = true;
    return true;
  }

  /** Returns whether more is free than is kept for what comes next. */
  private boolean giveBack(Answers answers) throws SQLException {
    long pages = answers.pages();
    long keptFree = Math.max(GIVEN_BACK_PAGES, pages / KEPT_FREE_SHARE);
    boolean tooLarge = pages * AnswerFile.PAGE_BYTES > bounds.bytesMax;
    if (answers.freePages() <= (tooLarge ? 0 : keptFree)) {
      return false;
    }
    answers.giveBack(GIVEN_BACK_PAGES);
    unsaved = true;
    return true;
  }

  private void measure(Answers answers) throws SQLException {
    size = new Size(answers.entries(), usedBytes(answers), evicted);
  }
}
