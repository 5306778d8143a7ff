package dev.refrain.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.refrain.Entry;
import dev.refrain.Heat;
import dev.refrain.Holdings;
import dev.refrain.Holdings.Breaker;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import dev.refrain.redis.Names.Place;
import dev.refrain.tier.Parcels;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Recordings in the Redis that a fleet shares. Whoever is away from it finds nothing here. */
final class RedisTier implements Tier {
  /*
   * Replies are told apart by what they say, not by their order: one that is not the entry that was
   * asked for is a miss, and the end of the connection on which it came, as that may have got out
   * of step.
   *
   * An entry that was damaged where it lies ends a connection, too, with each look at it, until the
   * next answer replaces it. New connections are paced, so that is no storm.
   */

  private static final int HEATS_MAX = 100_000;
  private static final long TTL_MILLIS_MIN = 1_000;
  private static final long TTL_MILLIS_MAX = Duration.ofDays(3650).toMillis();
  private static final long BYTES_UNDER_WAY_MAX = 64L << 20;
  private static final int BYTES_PER_MILLI_MIN = 10_000; // slower than that is too slow
  private static final Duration SCAN_TIME_MAX = Duration.ofSeconds(5); // for each step
  private static final int SCAN_COUNT = 500;
  private static final Duration STOCK_AGE_MAX = Duration.ofSeconds(10);
  private static final int HEAD_BYTES = 4 << 10; // most heads are shorter

  private static final Logger log = LoggerFactory.getLogger(RedisTier.class);

  private final RedisSettings settings;
  private final InstantSource clock;
  private final Names names;
  private final Parcels parcels;
  private final Lines lines;
  private final History history;
  private final Cache<Slot, Heat> heats = Caffeine.newBuilder().maximumSize(HEATS_MAX).build();
  private final AtomicLong bytesUnderWay = new AtomicLong();
  private final LongAdder strays = new LongAdder();
  private final Stock stock;

  RedisTier(RedisSettings settings, InstantSource clock, Lines lines, History history) {
    this.settings = settings;
    this.clock = clock;
    this.names = new Names(settings.prefix(), settings.cover());
    this.parcels = Parcels.under(settings.cover()).compressed(new ZstdCompression());
    this.lines = lines;
    this.history = history;
    this.stock = new Stock(lines, STOCK_AGE_MAX);
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public void attach(Near near) {
    history.attach(near);
  }

  @Override
  public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
    for (var place : names.places(slot)) {
      if (!lines.reads().isUp() || !history.isCurrent()) {
        return null; // left alone: what lies there may have been retired without our knowing
      }
      var recording = read(slot, place);
      if (recording != null) {
        return new Found(recording, heats.get(slot, unused -> new Heat()));
      }
    }
    return null;
  }

  private @Nullable Recording read(Slot slot, Place place)
      throws IOException, InterruptedException {
    var call = lines.reads().current();
    byte @Nullable [] value =
        lines.reads().ask(call, settings.replyTimeMax(), c -> Servers.commands(c).get(place.key()));
    if (value == null) {
      return null;
    }
    try {
      var parcel = EntryBytes.parcel(value);
      if (!Arrays.equals(parcel.name(), place.name())) {
        throw new IOException("the entry of another name");
      }
      return parcels.open(slot, parcel);
    } catch (IOException e) {
      strays.increment();
      log.warn("A reply of Redis was not what had been asked for: {}", e.getMessage());
      lines.reads().hangUp(call, "it may be out of step");
      throw e;
    }
  }

  @Override
  public void store(Recording recording) throws IOException, InterruptedException {
    if (!lines.writes().isUp()) {
      return; // left alone
    }
    var place = names.places(recording.slot()).getFirst();
    var value = value(recording);
    var ttl = SetArgs.Builder.px(ttlMillis(recording));
    write(value, c -> Servers.commands(c).set(place.key(), value, ttl));
    history.tellChanged(recording.slot());
  }

  /** Returns the value in which a recording lies here. */
  byte[] value(Recording recording) {
    return EntryBytes.of(parcels.pack(recording));
  }

  /** Returns how long a recording shall lie here: as long as it might be served. */
  long ttlMillis(Recording recording) {
    long now = clock.millis();
    long born = Math.min(now, recording.bornMillis());
    long age = (born < 0 && now - born < 0) ? Long.MAX_VALUE : now - born;
    return Math.clamp(settings.ageMax().toMillis() - age, TTL_MILLIS_MIN, TTL_MILLIS_MAX);
  }

  /** Sends a value, unless too much is on its way already, and waits as its size allows. */
  <T extends @Nullable Object> T write(byte[] value, Lines.Question<T> question)
      throws IOException, InterruptedException {
    try {
      if (bytesUnderWay.addAndGet(value.length) > BYTES_UNDER_WAY_MAX) {
        throw new IOException("too much is on its way to Redis already");
      }
      return lines.writes().ask(timeFor(value), question);
    } finally {
      bytesUnderWay.addAndGet(-value.length);
    }
  }

  /** Returns how long the writing of a value may take. */
  Duration timeFor(byte[] value) {
    return settings.replyTimeMax().plusMillis(value.length / BYTES_PER_MILLI_MIN);
  }

  @Override
  public void drop(Slot slot) throws IOException, InterruptedException {
    var keys = names.places(slot).stream().map(Place::key).toArray(byte[][]::new);
    lines.writes().ask(settings.replyTimeMax(), c -> Servers.commands(c).unlink(keys));
    history.tellChanged(slot);
  }

  @Override
  public void scan(Predicate<Entry> more) throws IOException, InterruptedException {
    var wanted = ScanArgs.Builder.limit(SCAN_COUNT).match(names.entries());
    ScanCursor at = ScanCursor.INITIAL;
    do {
      var from = at;
      var page = lines.writes().ask(SCAN_TIME_MAX, c -> Servers.commands(c).scan(from, wanted));
      for (var entry : entries(page.getKeys())) {
        if (!more.test(entry)) {
          return;
        }
      }
      at = page;
    } while (!at.isFinished());
  }

  private List<Entry> entries(List<byte[]> keys) throws IOException, InterruptedException {
    var entries = new ArrayList<Entry>(keys.size());
    var starts = starts(keys, HEAD_BYTES);
    for (int i = 0; i < keys.size(); i++) {
      var entry = entry(starts.get(i));
      if (entry == null && starts.get(i).length == HEAD_BYTES) { // perhaps there is more of it
        entry = entry(starts(List.of(keys.get(i)), Integer.MAX_VALUE).getFirst());
      }
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private List<byte[]> starts(List<byte[]> keys, int length)
      throws IOException, InterruptedException {
    return lines
        .writes()
        .ask(
            SCAN_TIME_MAX,
            c -> {
              var commands = Servers.commands(c);
              var starts =
                  keys.stream()
                      .map(key -> commands.getrange(key, 0, length - 1).toCompletableFuture())
                      .toList();
              return CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new))
                  .thenApply(all -> starts.stream().map(CompletableFuture::join).toList());
            });
  }

  /** Returns null for what nobody here could be served: it is gone, or of another secret. */
  private @Nullable Entry entry(byte[] start) {
    try {
      var bytes = EntryBytes.read(start);
      return parcels.entry(bytes.name(), bytes.head(), 0);
    } catch (IOException e) {
      return null;
    }
  }

  /** As the servers have said lately, of all that lies there. */
  @Override
  public Holdings holdings() {
    boolean isAsked = lines.reads().isUp() && history.isCurrent();
    var said = stock.last();
    return new Holdings(
        said.entries(),
        said.bytes(),
        said.bytesMax(),
        said.evictions(),
        isAsked ? Breaker.CLOSED : Breaker.OPEN);
  }

  /** Returns how many replies were not what had been asked for. */
  long strays() {
    return strays.sum();
  }

  /** The lines are closed by whoever opened them. */
  @Override
  public void close() {
    heats.invalidateAll();
  }
}
