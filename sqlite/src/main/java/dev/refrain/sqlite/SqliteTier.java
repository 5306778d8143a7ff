package dev.refrain.sqlite;

import dev.refrain.Entry;
import dev.refrain.Heat;
import dev.refrain.Holdings;
import dev.refrain.Holdings.Breaker;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import dev.refrain.sqlite.Pending.Change;
import dev.refrain.sqlite.Pending.Doubt;
import dev.refrain.tier.Parcel;
import dev.refrain.tier.Parcels;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Recordings in a file, written behind the caller's back, and read off his thread. */
public final class SqliteTier implements Tier {
  private static final int HEATS_MAX = 10_000;
  private static final int LISTED_AT_ONCE = 500;
  private static final Reader.Portion BROWSED_AT_ONCE = new Reader.Portion(256, 2 << 20);

  private final Parcels parcels;
  private final Pending pending;
  private final Readers readers;
  private final Intake intake;
  private final Writer writer;
  private final Upkeep upkeep;
  private final Tally tally;
  private final InstantSource clock;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Map<Slot, Heat> heats = // guarded by itself
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Slot, Heat> eldest) {
          return size() > HEATS_MAX;
        }
      };

  private SqliteTier(AnswerFile file, Parcels parcels, Upkeep upkeep, Tally tally) {
    this.parcels = parcels;
    this.upkeep = upkeep;
    this.tally = tally;
    clock = upkeep.clock();
    pending = new Pending();
    readers = new Readers(file);
    intake = new Intake(parcels, pending, readers);
    writer = new Writer(file, parcels, pending, new Writer.Access(readers, intake), upkeep);
  }

  static SqliteTier open(AnswerFile file, Parcels parcels, Upkeep upkeep, Tally tally)
      throws InterruptedException {
    var tier = new SqliteTier(file, parcels, upkeep, tally);
    tier.writer.start();
    return tier;
  }

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
    var found =
        switch (pending.get(slot)) {
          case Change change -> found(slot, change.recording(), Heat.NEVER);
          case Doubt doubt -> null;
          case null -> pending.isDistrusted() ? null : read(slot);
        };
    if (found != null) {
      tally.hit(slot, found.heat(), clock.millis());
    }
    return found;
  }

  private @Nullable Found read(Slot slot) throws IOException, InterruptedException {
    var names = parcels.names(slot);
    var lying = readers.read(reader -> reader.find(names));
    if (lying.isEmpty()) {
      return null;
    }
    try {
      return found(slot, parcels.open(slot, lying.get().parcel()), lying.get().hotMillis());
    } catch (IOException e) {
      intake.change(slot, null);
      throw e;
    }
  }

  private @Nullable Found found(Slot slot, @Nullable Recording recording, long hotMillis) {
    if (recording == null) {
      return null;
    }
    return new Found(recording, heat(slot, hotMillis));
  }

  /**
   * It may have become hot in a nearer tier, of which only the disk knows: and that is no more than
   * a number in a file.
   */
  private Heat heat(Slot slot, long foundMillis) {
    long hotMillis = (foundMillis > clock.millis()) ? Heat.NEVER : foundMillis;
    synchronized (heats) {
      var known = heats.get(slot);
      if (known == null || known.lastHotHitMillis() < hotMillis) {
        known = new Heat(hotMillis);
        heats.put(slot, known);
      }
      return known;
    }
  }

  @Override
  public void store(Recording recording) throws IOException, InterruptedException {
    intake.change(recording.slot(), recording);
  }

  @Override
  public void drop(Slot slot) throws IOException, InterruptedException {
    intake.change(slot, null);
  }

  @Override
  public void clear() {
    pending.forgetAll();
    intake.wake();
  }

  /** Returns when all that was stored or dropped before is on disk. */
  @Override
  public void flush() throws IOException, InterruptedException {
    intake.flush();
  }

  @Override
  public void scan(Predicate<Entry> more) throws IOException, InterruptedException {
    for (var recording : pending.recordings()) {
      if (!more.test(recording.entry(0))) {
        return;
      }
    }
    for (long afterId = 0; ; ) {
      long from = afterId;
      var listed = readers.read(reader -> reader.list(from, LISTED_AT_ONCE));
      if (listed.isEmpty() || pending.isDistrusted()) {
        return;
      }
      for (var row : listed) {
        var entry = entry(row.name, row.head, row.hits);
        if (entry != null && pending.get(entry.slot()) == null && !more.test(entry)) {
          return;
        }
      }
      afterId = listed.getLast().id;
    }
  }

  @Override
  public List<Entry> look(List<Slot> slots) throws IOException, InterruptedException {
    var entries = new ArrayList<Entry>();
    var onDisk = new ArrayList<Slot>();
    for (var slot : slots) {
      switch (pending.get(slot)) {
        case Change change -> {
          if (change.recording() != null) {
            entries.add(change.recording().entry(0));
          }
        }
        case Doubt doubt -> {} // what lies there is about to be deleted
        case null -> onDisk.add(slot);
      }
    }
    if (!onDisk.isEmpty() && !pending.isDistrusted()) {
      var names = onDisk.stream().flatMap(slot -> parcels.names(slot).stream()).toList();
      for (var head : readers.read(reader -> reader.heads(names))) {
        var entry = entry(head.name(), head.head(), 0);
        if (entry != null) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  /** Reads so much at once that neither the way to a reader counts nor the memory for it. */
  @Override
  public void browse(Predicate<Recording> more) throws IOException, InterruptedException {
    for (var recording : pending.recordings()) {
      if (!more.test(recording)) {
        return;
      }
    }
    for (long afterId = 0; ; ) {
      long from = afterId;
      var parcelsThere = readers.read(reader -> reader.parcels(from, BROWSED_AT_ONCE));
      if (parcelsThere.isEmpty() || pending.isDistrusted()) {
        return;
      }
      for (var row : parcelsThere) {
        var recording = recording(row.parcel());
        if (recording != null && pending.get(recording.slot()) == null && !more.test(recording)) {
          return;
        }
      }
      afterId = parcelsThere.getLast().id();
    }
  }

  /** Returns null if it is damaged, or was written with a secret that is not known. */
  private @Nullable Recording recording(Parcel parcel) {
    try {
      return parcels.open(parcel);
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns null if it is damaged, or was written with a secret that is not known. */
  private @Nullable Entry entry(byte[] name, byte[] head, long hits) {
    try {
      return parcels.entry(name, head, hits);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public Holdings holdings() {
    return upkeep.holdings((intake.refusal() == null) ? Breaker.CLOSED : Breaker.OPEN);
  }

  /** Returns how many changes were not written, for want of room in the queue or on disk. */
  public long dropped() {
    return intake.dropped();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      writer.close();
      readers.close();
    }
  }
}
