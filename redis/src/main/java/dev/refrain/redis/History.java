package dev.refrain.redis;

import dev.refrain.Epoch;
import dev.refrain.EpochStore;
import dev.refrain.EpochStore.Ledger;
import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Slot;
import dev.refrain.Tier.Near;
import dev.refrain.redis.Archive.Desk;
import dev.refrain.redis.Archive.News;
import dev.refrain.redis.Archive.Proof;
import dev.refrain.redis.Archive.Written;
import dev.refrain.redis.Change.Altered;
import dev.refrain.redis.Change.Renewed;
import dev.refrain.redis.Change.Retired;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows what all nodes invalidate and change, and minds that nothing of it is missed. */
final class History implements AutoCloseable {
  /*
   * One thread reads the two streams of the archive. Before it moves on, it has Redis show the last
   * records that it knew: if one is not there any more, or is another, then this Redis has not the
   * history that was known. It was emptied, put back to an older state, or is a replica that was
   * promoted before it had all. Acknowledged invalidations may be lost with it; so the store begins
   * a new epoch, which retires more than was asked for, and never less. This is done by each node
   * that knew more than Redis does, for no other can tell.
   *
   * Records that are too old are trimmed. Who was away so long that his last record of a change is
   * among them drops all near copies; and of an invalidation, begins a new epoch, since he cannot
   * tell trimmed from lost.
   *
   * What this node itself wrote and Redis acknowledged is known, too, before it was read ("own").
   * It holds from then on, even if an older change of another node is read after that.
   *
   * "lock" guards position, own, and the order of what the ledger is told.
   */

  private static final Duration WAIT_MAX = Duration.ofMillis(300);
  private static final long CURRENT_NANOS_MAX = Duration.ofSeconds(1).toNanos();
  private static final Duration CONNECTION_TIME_MAX = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();
  private static final int OWN_MAX = 1_000; // read within moments, or Redis is away

  private static final Logger log = LoggerFactory.getLogger(History.class);

  private final String node = UUID.randomUUID().toString();
  private final Archive archive;
  private final Lines lines;
  private final Line<StatefulRedisConnection<byte[], byte[]>> line;
  private final Duration replyTimeMax;
  private final InstantSource clock;
  private final Debts debts;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<StreamId, Own> own = new LinkedHashMap<>();
  private volatile @Nullable Position position;
  private @Nullable StreamId unreadable;
  private volatile @Nullable Ledger ledger;
  private volatile @Nullable Near near;
  private volatile byte @Nullable [] scopeKey;
  private volatile boolean hasReplicas;
  private volatile long currentNanos; // when this was last known to be current
  private volatile boolean isJoined;
  private volatile boolean isClosed;
  private boolean isAlone; // as was said
  private @Nullable Thread reader;

  /** The last records that were read. */
  private record Position(@Nullable Written logged, @Nullable Written change) {
    StreamId loggedId() {
      return (logged == null) ? StreamId.NONE : logged.id();
    }

    StreamId changeId() {
      return (change == null) ? StreamId.NONE : change.id();
    }
  }

  /** What this node wrote, and has not read yet. */
  private record Own(Written written, Change change) {}

  History(
      Archive archive, Lines lines, Servers servers, Duration replyTimeMax, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
    this.lines = lines;
    this.replyTimeMax = replyTimeMax;
    this.debts = new Debts(clock);
    line = Line.open("line of the history", () -> servers.connectTo(archive.home()));
  }

  /** Says whom to tell of changed entries. */
  void attach(Near near) {
    this.near = near;
  }

  /** Begins to tell the ledger of epochs; waits a moment for the first ones. */
  void open(Ledger ledger, Duration timeMax) {
    this.ledger = ledger;
    reader = Thread.ofPlatform().daemon().name("refrain-redis-history").start(this::readOn);
    long began = System.nanoTime();
    while (!isJoined && System.nanoTime() - began < timeMax.toNanos()) {
      LockSupport.parkNanos(PAUSE_NANOS / 10);
    }
  }

  /** Returns whether all that happened more than a second ago is known here. */
  boolean isCurrent() {
    return isJoined && System.nanoTime() - currentNanos < CURRENT_NANOS_MAX;
  }

  /** Returns whether what is written now is understood by the others. */
  boolean isJoined() {
    return isJoined;
  }

  /** Returns the key for scopes that the whole fleet has, or null if it was not reached yet. */
  byte @Nullable [] scopeKey() {
    return scopeKey;
  }

  /** Returns whether there are replicas that could acknowledge a write. */
  boolean hasReplicas() {
    return hasReplicas;
  }

  /** Invalidations that could not be written yet. */
  Debts debts() {
    return debts;
  }

  /** Tells all others that an entry was replaced or dropped. */
  void tellChanged(Slot slot) throws IOException, InterruptedException {
    lines.writes().ask(replyTimeMax, archive.telling(new Altered(node, slot)));
  }

  /** Takes note of what this node wrote and Redis acknowledged. */
  void acknowledged(Written written, Change change) {
    lock.lock();
    try {
      if (position != null && position.loggedId().compareTo(written.id()) >= 0) {
        return; // it was read already, and so was what came after it
      }
      own.put(written.id(), new Own(written, change));
      tell(change);
      if (own.size() > OWN_MAX) {
        log.warn("Too many invalidations were written and not read: the history is read anew");
        own.clear();
        position = null;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    line.close();
    if (reader != null) {
      reader.interrupt();
    }
  }

  private void readOn() {
    while (!isClosed) {
      try {
        if (line.await(CONNECTION_TIME_MAX)) {
          follow(Desk.at(line));
        } else {
          sayAlone(line.trouble());
        }
      } catch (IOException e) {
        if (!isCurrent()) {
          sayAlone((e instanceof AwayException) ? line.trouble() : e.getMessage());
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (InterruptedException e) {
        return; // closed
      }
    }
  }

  private void sayAlone(@Nullable String why) {
    if (!isAlone && !isClosed) {
      log.warn("This node goes on alone, for Redis cannot be used: {}", why);
      isAlone = true;
    }
  }

  private void sayJoined() {
    if (isAlone || !isJoined) {
      log.info("This node has joined the others in Redis");
      isAlone = false;
    }
  }

  private void follow(Desk desk) throws IOException, InterruptedException {
    var wait = Duration.ZERO;
    while (!isClosed) {
      debts.pay(archive, desk); // each time: what was written on may be lost alone
      var from = position;
      if (from == null) {
        join(desk);
        continue;
      }
      var news = archive.await(desk, from.loggedId(), from.changeId(), wait);
      long nanos = System.nanoTime();
      if (apply(desk, news) && isContinued(desk, from, news)) {
        currentNanos = nanos;
        sayJoined();
        isJoined = true;
        wait = WAIT_MAX;
      } else {
        begin(desk, Epoch.begun(clock.millis()));
      }
    }
  }

  /** Takes all epochs as they are in Redis, and follows from there. */
  private void join(Desk desk) throws IOException, InterruptedException {
    var reading = archive.read(desk);
    var epochs = reading.epochs();
    if (epochs == null) {
      boolean isFirst = reading.isBlank() && (ledger == null || !ledger.knowsOfRetirement());
      begin(desk, isFirst ? Epoch.first() : Epoch.begun(clock.millis()));
      return;
    }
    scopeKey = archive.scopeKey(desk);
    hasReplicas = archive.hasReplicas(desk);
    lock.lock();
    try {
      var joined = new Position(reading.lastLogged(), reading.lastChange());
      position = joined;
      tellAll(epochs);
      forgetOwnUpTo(joined.loggedId());
      own.values().forEach(later -> tell(later.change));
    } finally {
      lock.unlock();
    }
  }

  /** Has the store begin a new epoch, which is then joined. */
  private void begin(Desk desk, String epoch) throws IOException, InterruptedException {
    isJoined = false;
    archive.renew(desk, new Renewed(epoch), false);
    lock.lock();
    try {
      position = null;
      own.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Returns false if there is something that cannot be read. */
  private boolean apply(Desk desk, News news) throws IOException {
    for (var written : news.logged()) {
      var change = readable(desk, written, () -> archive.logged(written));
      if (change == null) {
        return false;
      }
      tellUnlessOverruled(written.id(), change);
    }
    for (var written : news.changes()) {
      var change = readable(desk, written, () -> archive.changed(written));
      if (change == null) {
        return false;
      }
      if (near != null && change instanceof Altered altered && !altered.origin().equals(node)) {
        near.drop(altered.slot());
      }
    }
    return true;
  }

  private interface Reading {
    Change read() throws IOException;
  }

  /**
   * Returns what a record says. One that cannot be read may have been damaged on its way, and is
   * read again on another connection. If it still cannot be read, somebody wrote it who has another
   * secret: null.
   */
  private @Nullable Change readable(Desk desk, Written written, Reading reading)
      throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      if (written.id().equals(unreadable)) {
        log.warn("Somebody shares this Redis who has another secret: all answers are retired");
        return null;
      }
      unreadable = written.id();
      desk.leave("a record could not be read: " + e.getMessage());
      throw e;
    }
  }

  private void tellUnlessOverruled(StreamId id, Change change) {
    lock.lock();
    try {
      if (!isOverruled(id, change)) {
        tell(change);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether this node itself wrote something later about the same tag. */
  private boolean isOverruled(StreamId id, Change change) {
    return own.values().stream()
        .filter(later -> later.written.id().compareTo(id) > 0)
        .anyMatch(later -> overrules(later.change, change));
  }

  private static boolean overrules(Change later, Change earlier) {
    return switch (later) {
      case Renewed renewed -> true;
      case Retired retired -> earlier instanceof Retired other && other.tag().equals(retired.tag());
      case Altered altered -> false;
    };
  }

  /**
   * Returns whether Redis still has the history that is known, and moves on if it has: all before a
   * record that it has, it had when that was written.
   */
  private boolean isContinued(Desk desk, Position from, News news)
      throws IOException, InterruptedException {
    var known = knownLogged(from);
    var proof = archive.prove(desk, known.stream().map(Written::id).toList(), from.changeId());
    for (int i = 0; i < known.size(); i++) {
      var found = proof.logged().get(i);
      if (found == null || !found.isSame(known.get(i))) {
        log.warn("Redis has lost invalidations, or went back in time: all answers are retired");
        return false;
      }
    }
    if (from.change != null && !hasChange(from.change, proof)) {
      return false;
    }
    return moveOn(from, news);
  }

  private List<Written> knownLogged(Position from) {
    var known = new ArrayList<Written>();
    if (from.logged != null) {
      known.add(from.logged);
    }
    lock.lock();
    try {
      own.values().forEach(mine -> known.add(mine.written));
    } finally {
      lock.unlock();
    }
    return known;
  }

  private boolean hasChange(Written known, Proof proof) {
    if (proof.change() != null) {
      return proof.change().isSame(known);
    }
    var oldest = proof.oldest();
    if (oldest == null || oldest.id().compareTo(known.id()) < 0) {
      log.warn("Redis has lost changes, or went back in time: all answers are retired");
      return false;
    }
    log.info("Some changes were too long ago to be known: near copies are dropped");
    if (near != null) {
      near.dropAll();
    }
    return true;
  }

  private boolean moveOn(Position from, News news) {
    var logged = news.logged().isEmpty() ? from.logged : news.logged().getLast();
    var change = news.changes().isEmpty() ? from.change : news.changes().getLast();
    lock.lock();
    try {
      if (from.equals(position)) {
        position = new Position(logged, change);
      }
      return hasRead(from, news);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether what this node wrote before the end of the news was among them. */
  private boolean hasRead(Position from, News news) {
    if (news.logged().isEmpty()) {
      return true;
    }
    var read = new HashSet<StreamId>();
    news.logged().forEach(written -> read.add(written.id()));
    var last = news.logged().getLast().id();
    boolean all =
        own.keySet().stream()
            .filter(id -> id.compareTo(from.loggedId()) > 0 && id.compareTo(last) <= 0)
            .allMatch(read::contains);
    forgetOwnUpTo(last);
    return all;
  }

  private void forgetOwnUpTo(StreamId last) {
    own.keySet().removeIf(id -> id.compareTo(last) <= 0);
  }

  private void tell(Change change) {
    if (ledger == null) {
      return;
    }
    switch (change) {
      case Retired(var tag, var epoch) -> ledger.change(tag, epoch);
      case Renewed(var epoch) -> tellAll(new Snapshot(epoch, Map.of()));
      case Altered altered -> {}
    }
  }

  private void tellAll(EpochStore.Snapshot snapshot) {
    if (ledger != null) {
      ledger.replace(snapshot);
    }
  }
}
