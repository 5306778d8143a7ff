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
   * What a fleet counts is told and heard by a thread of its own, since that may have to wait.
   *
   * Only the watch's own thread, and whoever opens and closes, calls look and save; these guard
   * each other by this object's monitor. The ring is published by a volatile field.
   */

  private static final Logger log = LoggerFactory.getLogger(LiveKeys.class);

  /** Well within the second that a revocation may take. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private static final int LOOKS_PER_SAVE = 4;
  private static final Duration END_TIME_MAX = Duration.ofSeconds(5);

  private final KeysFile file;
  private final InstantSource clock;
  private final Map<String, Meter> meters = new ConcurrentHashMap<>(); // one for each key
  private final Thread watch = Thread.ofPlatform().name("keys").daemon().unstarted(this::watch);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile KeyRing ring = KeyRing.EMPTY;
  private byte @Nullable [] seen;
  private String complaint = "";
  private volatile UsageFile.Month saved;
  private @Nullable Clearing clearing; // set once, before others know of this

  private LiveKeys(KeysFile file, InstantSource clock) throws IOException {
    this.file = file;
    this.clock = clock;
    this.saved = file.usage().read();
    file.read(); // refuses at once what would be complained of later
  }

  /**
   * Begins to watch a file.
   *
   * @throws IOException if what is there cannot be read
   */
  public static LiveKeys open(KeysFile file, InstantSource clock) throws IOException {
    var keys = new LiveKeys(file, clock);
    keys.look();
    keys.watch.start();
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
    try {
      for (int i = 1; ; i = (i == LOOKS_PER_SAVE) ? 1 : i + 1) {
        if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        look();
        if (i == LOOKS_PER_SAVE) {
          save();
        }
      }
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

  private synchronized void save() {
    var accounts = new HashMap<String, Account>();
    meters.forEach((id, meter) -> {
      var account = meter.account();
      if (!account.used().equals(Usage.NONE)) {
        accounts.put(id, account);
      }
    });
    var now = new UsageFile.Month(Meter.monthOf(clock.instant()), accounts);
    if (now.equals(saved)) {
      return;
    }
    try {
      file.usage().write(now);
      saved = now;
    } catch (IOException e) {
      log.error("Cannot note what was used of the keys: {}", e.toString());
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
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is a daemon
    }
    save();
  }
}
