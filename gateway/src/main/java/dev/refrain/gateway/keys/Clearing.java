package dev.refrain.gateway.keys;

import dev.refrain.gateway.keys.Board.Sheet;
import dev.refrain.gateway.keys.Meter.Telling;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has all gateways of a fleet see what each of them counts of its keys. */
final class Clearing implements AutoCloseable {
  /*
   * Each second the keys are cleared that were used here since, and with them some of the rest, so
   * that all have been after a while: what the board has lost is back then. After it was away, all
   * are cleared at once.
   *
   * All this is done by one thread, which nobody waits for. A board that hangs holds up nothing but
   * that.
   */

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration END_TIME_MAX = Duration.ofSeconds(3);
  private static final int ROUNDS_FOR_ALL = 30;
  private static final int SHEETS_MAX = 50; // at once
  private static final int DAYS_KEPT = 7; // after the end of a month

  private static final Logger log = LoggerFactory.getLogger(Clearing.class);

  private final Board board;
  private final Map<String, Meter> meters;
  private final Thread thread =
      Thread.ofPlatform().name("keys-fleet").daemon().unstarted(this::run);
  private final CountDownLatch closing = new CountDownLatch(1);
  private int round;
  private boolean areAllDue = true;
  private boolean isAlone; // as was said
  private boolean hasComplained;

  Clearing(Board board, Map<String, Meter> meters) {
    this.board = board;
    this.meters = meters;
  }

  /** Begins to do so again and again. */
  static Clearing begin(Board board, Map<String, Meter> meters) {
    var clearing = new Clearing(board, meters);
    clearing.thread.start();
    return clearing;
  }

  private void run() {
    try {
      do {
        clear();
      } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
      if (!isAlone) {
        clear(); // what was counted last
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Clears all that is due. */
  void clear() throws InterruptedException {
    round = (round + 1) % ROUNDS_FOR_ALL;
    var due = new ArrayList<Entry<String, Meter>>();
    for (var key : meters.entrySet()) {
      boolean isItsTurn = Math.floorMod(key.getKey().hashCode(), ROUNDS_FOR_ALL) == round;
      if (areAllDue || isItsTurn || key.getValue().isStirred()) {
        due.add(key);
      }
    }
    try {
      for (int from = 0; from < due.size(); from += SHEETS_MAX) {
        clear(due.subList(from, Math.min(due.size(), from + SHEETS_MAX)));
      }
      areAllDue = false;
      sayTogether();
    } catch (IOException | RuntimeException e) { // nothing may end this
      areAllDue = true;
      sayAlone(e);
    }
  }

  private void clear(List<Entry<String, Meter>> keys) throws IOException, InterruptedException {
    var told = new ArrayList<Telling>();
    var sheets = new ArrayList<Sheet>();
    for (var key : keys) {
      var telling = key.getValue().tell();
      told.add(telling);
      sheets.add(sheet(key.getKey(), telling));
    }
    var heard = board.exchange(sheets);
    for (int i = 0; i < sheets.size(); i++) {
      var lines = heard.get(sheets.get(i).name());
      if (lines == null || !keys.get(i).getValue().hear(told.get(i), lines)) {
        complain(keys.get(i).getKey());
      }
    }
  }

  private static Sheet sheet(String id, Telling telling) {
    var forgotten = telling.month().plusMonths(1).atDay(1 + DAYS_KEPT);
    return new Sheet(
        "usage:" + telling.month() + ":" + id,
        forgotten.atStartOfDay(ZoneOffset.UTC).toInstant(),
        telling.text().isEmpty() ? Map.of() : Map.of(telling.line(), telling.text()),
        telling.missing());
  }

  private void sayAlone(Exception why) {
    if (!isAlone) {
      log.warn(
          "What other gateways count of the keys is not known for the time being, nor are they told"
              + " what this one counts: {}",
          why.getMessage());
      isAlone = true;
    }
  }

  private void sayTogether() {
    if (isAlone) {
      log.info("The gateways count together again what is used of the keys");
      isAlone = false;
    }
  }

  private void complain(String id) {
    if (!hasComplained) {
      log.warn("What was counted of the key {} is not all understood, and that is ignored", id);
      hasComplained = true;
    }
  }

  /** Tells what was counted last, if that can be done soon. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(END_TIME_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is a daemon
    }
  }
}
