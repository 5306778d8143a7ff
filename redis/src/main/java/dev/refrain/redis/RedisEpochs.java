package dev.refrain.redis;

import dev.refrain.EpochStore;
import dev.refrain.redis.Archive.Desk;
import dev.refrain.redis.Archive.Written;
import dev.refrain.redis.Change.Renewed;
import dev.refrain.redis.Change.Retired;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** The epochs of a fleet. */
final class RedisEpochs implements EpochStore {
  private static final Duration JOIN_TIME_MAX = Duration.ofSeconds(2);

  /** For a line that is being dialled: at the start, and after a connection was lost. */
  private static final Duration LINE_TIME_MAX = Duration.ofMillis(500);

  private final Archive archive;
  private final History history;
  private final Line<StatefulRedisConnection<byte[], byte[]>> line;
  private final Pulse pulse;
  private final ReentrantLock writing = new ReentrantLock(); // one step at a time on the line

  RedisEpochs(Archive archive, History history, Servers servers) {
    this.archive = archive;
    this.history = history;
    line = Line.open("line for invalidations", () -> servers.connectTo(archive.home()));
    pulse = Pulse.of(this::ping);
  }

  /** Not amid the commands of a step, for which it would be taken. */
  private void ping() throws IOException, InterruptedException {
    writing.lockInterruptibly();
    try {
      line.ask(Pulse.REPLY_TIME_MAX, c -> c.async().ping());
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void open(Ledger ledger) {
    history.open(ledger, JOIN_TIME_MAX);
  }

  @Override
  public void write(String tag, String epoch) throws IOException, InterruptedException {
    boolean written = false;
    try {
      var retired = new Retired(tag, epoch);
      acknowledge(retired, desk -> archive.retire(desk, retired, history.hasReplicas()));
      history.debts().paid(tag); // whatever was owed of it: this is later
      written = true;
    } finally {
      if (!written) {
        history.debts().owe(tag);
      }
    }
  }

  @Override
  public void replace(Snapshot snapshot) throws IOException, InterruptedException {
    boolean written = false;
    try {
      var renewed = new Renewed(snapshot.store());
      acknowledge(renewed, desk -> archive.renew(desk, renewed, history.hasReplicas()));
      for (var tag : snapshot.tags().entrySet()) {
        write(tag.getKey(), tag.getValue());
      }
      written = true;
    } finally {
      if (!written) {
        history.debts().oweAll();
      }
    }
  }

  private interface Step {
    Written at(Desk desk) throws IOException, InterruptedException;
  }

  private void acknowledge(Change change, Step step) throws IOException, InterruptedException {
    if (!history.isJoined() || !line.await(LINE_TIME_MAX)) {
      throw new AwayException();
    }
    writing.lockInterruptibly();
    try {
      history.acknowledged(step.at(Desk.at(line)), change);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    pulse.close();
    line.close();
  }
}
