package dev.refrain.gateway.keys;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway keys as they are now: whoever revokes one is obeyed within a second. Thread-safe. */
public final class LiveKeys implements AutoCloseable {
  /*
   * The file is read again several times in a second, and compared byte by byte: its time and size
   * may be the same after a change, its bytes are not. While it cannot be understood, what was last
   * understood holds; if it is gone, so are all keys.
   *
   * What was used is noted by a thread of its own, since a disk may take long to say that it has
   * it, and nobody who was revoked may profit from that. So is what a fleet counts told and heard.
   *
   * Only the watch's thread, and whoever opens, calls look, which this object's monitor guards;
   * only the scribe's, and whoever opens, calls save, which the pen guards. Nobody holds both. The
   * ring and what was noted are published by volatile fields.
   */

  private static final Logger log = LoggerFactory.getLogger(LiveKeys.class);

  /** Well within the second that a revocation may take. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private static final Duration PAUSE_OF_NOTES = Duration.ofSeconds(1);
  private static final Duration END_TIME_MAX = Duration.ofSeconds(5);

  private final KeysFile file;
  private final InstantSource clock;
  private final Notes notes;
  private final Map<String, Meter> meters = new ConcurrentHashMap<>(); // one for each key
  private final Thread watch = Thread.ofPlatform().name("keys").daemon().unstarted(this::watch);
  private final Thread scribe =
      Thread.ofPlatform().name("keys-notes").daemon().unstarted(this::takeNotes);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Object pen = new Object();
  private volatile KeyRing ring = KeyRing.EMPTY;
  private byte @Nullable [] seen;
  private String complaint = "";
  private volatile UsageFile.Month saved;
  private @Nullable Clearing clearing; // set once, before others know of this

  /** Where is noted what was used. */
  @FunctionalInterface
  interface Notes {
    void write(UsageFile.Month month) throws IOException;
  }

  private LiveKeys(KeysFile file, InstantSource clock, Notes notes) throws IOException {
    this.file = file;
    this.clock = clock;
    this.notes = notes;
    this.saved = file.usage().read();
    file.read(); // refuses at once what would be complained of later
  }

  /**
   * Begins to watch a file.
   *
   * @throws IOException if what is there cannot be read
   */
  public static LiveKeys open(KeysFile file, InstantSource clock) throws IOException {
    return open(file, clock, file.usage()::write);
  }

  static LiveKeys open(KeysFile file, InstantSource clock, Notes notes) throws IOException {
    var keys = new LiveKeys(file, clock, notes);
    keys.look();
    keys.watch.start();
    keys.scribe.start();
    return keys;
  }

  /**
   * Counts together with all who have the same board from now on. To be called once, and before
   * anybody asks.
   */
  public void share(Board board) {
    save(); // under lines that outlive this process: or what was counted would count twice then
    clearing = Clearing.begin(board, meters);
  }

  /** Returns the key with this text, or null if none is good. */
  public @Nullable GatewayKey find(String text) {
    return ring.find(text);
  }

  /** Lets a call in, on the account of its key. */
  public Verdict admit(GatewayKey key) {
    return meters.computeIfAbsent(key.id(), this::meter).admit(key.quota());
  }

  private void watch() {
    while (!isClosingWithin(PAUSE)) {
      look();
    }
  }

  private void takeNotes() {
    while (!isClosingWithin(PAUSE_OF_NOTES)) {
      save();
    }
    save(); // what was counted last
  }

  private boolean isClosingWithin(Duration pause) {
    try {
      return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Sees whether the file has changed. */
  synchronized void look() {
    try {
      var bytes = AtomicFile.read(file.path());
      if (Arrays.equals(bytes, seen) && complaint.isEmpty()) {
        return;
      }
      take((bytes == null) ? KeyRing.EMPTY : KeyRingJson.read(bytes));
      seen = bytes;
      complaint = "";
      if (bytes == null) {
        log.warn("There is no file {}, so nobody may ask; 'refrain keys add' makes it", file);
      }
    } catch (IOException | RuntimeException e) { // nothing may end the watch
      complain(String.valueOf(e.getMessage()));
    }
  }

  private void take(KeyRing next) {
    for (var key : next.keys()) {
      meters.computeIfAbsent(key.id(), this::meter);
    }
    ring = next;
    meters.keySet().retainAll(next.ids());
  }

  private Meter meter(String id) {
    var meter = new Meter(clock);
    meter.restore(saved, id);
    return meter;
  }

  /** Says the same once. */
  private void complain(String what) {
    if (!what.equals(complaint)) {
      log.error("{} cannot be understood, so the keys stay as they were: {}", file, what);
      complaint = what;
    }
  }

  private void save() {
    synchronized (pen) {
      try {
        note();
      } catch (IOException | RuntimeException e) { // nothing may end the scribe
        log.error("Cannot note what was used of the keys: {}", e.toString());
      }
    }
  }

  private void note() throws IOException {
    var accounts = new HashMap<String, Account>();
    meters.forEach((id, meter) -> {
      var account = meter.account();
      if (!account.used().equals(Usage.NONE)) {
        accounts.put(id, account);
      }
    });
    var now = new UsageFile.Month(Meter.monthOf(clock.instant()), accounts);
    if (!now.equals(saved)) {
      notes.write(now);
      saved = now;
    }
  }

  @Override
  public void close() {
    if (clearing != null) {
      clearing.close();
    }
    closing.countDown(); // and no interrupt, which would break off what is being written
    try {
      watch.join(END_TIME_MAX);
      scribe.join(END_TIME_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // they are daemons
    }
    if (scribe.isAlive()) {
      log.error("What was used of the keys last is not noted yet: the disk takes too long");
    }
  }
}
