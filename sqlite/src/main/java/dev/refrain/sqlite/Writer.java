package dev.refrain.sqlite;

import dev.refrain.sqlite.Answers.Birth;
import dev.refrain.sqlite.Intake.Flush;
import dev.refrain.sqlite.Intake.Task;
import dev.refrain.sqlite.Intake.Write;
import dev.refrain.sqlite.Pending.Change;
import dev.refrain.tier.Parcels;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that writes answers. */
final class Writer implements AutoCloseable {
  /*
   * Changes that have come together are written in one transaction: the more there is to do, the
   * more of it at once, which is what an index of evenly spread hashes wants.
   *
   * Whatever fails, the connection is closed, what was not committed is lost, and after a pause all
   * is begun again; a file that is damaged is put aside first. Nobody waits for that: as long as
   * there is trouble, changes are refused.
   */

  private static final int DOUBTS_AT_ONCE = 1000;
  private static final Duration BEGIN_TIME_MAX = Duration.ofSeconds(2);
  private static final Duration CLOSE_TIME_MAX = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS_LEAST = 10;
  private static final long PAUSE_MILLIS_MAX = 2_000;
  private static final Logger log = LoggerFactory.getLogger(Writer.class);

  private final AnswerFile file;
  private final Parcels parcels;
  private final Pending pending;
  private final Readers readers;
  private final Intake intake;
  private final Upkeep upkeep;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("refrain-sqlite-writer").unstarted(this::run);
  private long pauseMillis = PAUSE_MILLIS_LEAST;
  private List<Task> held = List.of(); // taken, but to be written into the next file

  Writer(AnswerFile file, Parcels parcels, Pending pending, Access access, Upkeep upkeep) {
    this.file = file;
    this.parcels = parcels;
    this.pending = pending;
    this.readers = access.readers();
    this.intake = access.intake();
    this.upkeep = upkeep;
  }

  /** How others reach the file. */
  record Access(Readers readers, Intake intake) {}

  /** Begins; returns once it is known how that went, if that does not take long. */
  void start() throws InterruptedException {
    thread.start();
    if (!begun.await(BEGIN_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
      log.warn("{} is not yet open after {} s", file, BEGIN_TIME_MAX.toSeconds());
    }
  }

  private boolean isDone() {
    return closing.getCount() == 0 && intake.isEmpty() && held.isEmpty();
  }

  private void run() {
    try {
      do {
        try {
          openAndServe();
        } catch (SQLException | IOException | RuntimeException | Error e) {
          stumble(e);
        }
      } while (!isDone());
      startAfreshIfNeeded();
    } catch (IOException e) {
      log.warn("{} has what should not be there any more, and cannot be deleted", file, e);
    } catch (InterruptedException e) {
      log.warn("The thread that writes {} was interrupted, and ends", file);
      intake.refuse("interrupted");
    }
  }

  private void openAndServe() throws SQLException, IOException, InterruptedException {
    startAfreshIfNeeded();
    try (var answers = file.openForWriting()) {
      serve(answers);
    }
  }

  /** A file that is not to be trusted is deleted as a whole, however large it is. */
  private void startAfreshIfNeeded() throws IOException, InterruptedException {
    if (pending.isDistrusted()) {
      readers.replace(file::delete);
      pending.forgetDoubts();
    }
  }

  private void serve(Answers answers) throws SQLException, InterruptedException {
    begin(answers);
    while (!isDone() && !pending.isDistrusted()) {
      var tasks = held.isEmpty() ? intake.take(upkeep.pauseMillis()) : held;
      held = List.of();
      if (pending.isDistrusted()) {
        held = tasks; // of which some came after all that was there was forgotten
        break;
      }
      var damaged = readers.takeDamage();
      if (damaged != null) {
        intake.lost(tasks);
        throw damaged;
      }
      if (!tasks.isEmpty() || !pending.doubts(1).isEmpty()) {
        write(answers, tasks);
      }
      upkeep.step(answers, /* idle= */ tasks.isEmpty());
    }
    upkeep.finish(answers);
  }

  /** Before anything is taken on again, it must have been possible to write something. */
  private void begin(Answers answers) throws SQLException, InterruptedException {
    write(answers, List.of());
    upkeep.begin(answers);
    if (intake.refusal() != null && closing.getCount() > 0) {
      log.info("{} is written again", file);
      intake.refuse(null);
    }
    pauseMillis = PAUSE_MILLIS_LEAST;
    begun.countDown();
  }

  private void write(Answers answers, List<Task> tasks) throws SQLException, InterruptedException {
    var doubts = pending.doubts(DOUBTS_AT_ONCE);
    boolean written = false;
    try {
      answers.durable(tasks.stream().anyMatch(Flush.class::isInstance));
      answers.begin();
      for (var doubt : doubts) {
        answers.delete(parcels.names(doubt.slot()));
      }
      for (var task : tasks) {
        if (task instanceof Write write && pending.isLatest(write.change())) {
          apply(answers, write.change());
        }
      }
      answers.commit();
      written = true;
    } finally {
      if (!written) {
        intake.lost(tasks);
      }
    }
    doubts.forEach(pending::settle);
    intake.done(tasks);
  }

  private void apply(Answers answers, Change change) throws SQLException {
    answers.delete(parcels.names(change.slot()));
    var recording = change.recording();
    if (recording != null) {
      var birth =
          new Birth(recording.bornMillis(), recording.tookMillis(), upkeep.clock().millis());
      answers.put(parcels.pack(recording), birth);
    }
  }

  /**
   * Begins with a new file if the old one is damaged; else waits a little, and takes nothing on.
   */
  private void stumble(Throwable e) throws InterruptedException {
    boolean first = pauseMillis == PAUSE_MILLIS_LEAST;
    boolean replaced =
        e instanceof SQLException failure
            && Pragmas.tellsOfDamage(failure)
            && putAside(String.valueOf(failure.getMessage()));
    if (!replaced || !first) {
      if (intake.refusal() == null) {
        log.warn("{} cannot be written, and is tried again until it can: {}", file, e.toString());
      }
      intake.refuse(file + " cannot be written: " + e.getMessage());
      begun.countDown();
      if (closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
        intake.lost(held);
        held = List.of();
        while (!intake.isEmpty()) {
          intake.lost(intake.take(0));
        }
      }
    }
    pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
  }

  private boolean putAside(String reason) throws InterruptedException {
    try {
      readers.replace(() -> file.putAside(reason));
      pending.forgetDoubts();
      return true;
    } catch (IOException e) {
      log.warn("{} is damaged and cannot be put aside: {}", file, e.toString());
      return false;
    }
  }

  /** Writes what was taken on, as long as that takes no more than {@link #CLOSE_TIME_MAX}. */
  @Override
  public void close() {
    intake.refuse("closed");
    closing.countDown();
    intake.wake();
    try {
      if (!thread.join(CLOSE_TIME_MAX)) {
        log.warn("{} could not be finished within {} s", file, CLOSE_TIME_MAX.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends without us
    }
  }
}
