package dev.refrain;

import dev.refrain.LlmCache.Stations;
import dev.refrain.flight.Capacity;
import dev.refrain.flight.Flights;
import dev.refrain.flight.Tape;
import dev.refrain.flight.TapeStock;
import dev.refrain.flight.Timer;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Puts a cache together. */
public final class LlmCacheBuilder {
  private static final long CONVERSIONS_BYTES_MAX = 32L << 20;

  private final List<Dialect> dialects = new ArrayList<>();
  private final List<Tier> tiers = new ArrayList<>();
  private final List<EpochStore> epochStores = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private int nearMissesMax;
  private Routes routes = Routes.BY_REQUEST;
  private Fleet fleet = Fleet.ALONE;
  private Rules rules = Rules.DEFAULT;
  private Limits limits = Limits.DEFAULT;
  private boolean keepsRequests;
  private InstantSource clock = InstantSource.system();
  private Supplier<Timer> timer = Timer::system; // one for each cache, which closes it
  private RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();

  LlmCacheBuilder() {}

  /** Adds a dialect. Requests that none of them speaks are passed on. */
  public LlmCacheBuilder dialect(Dialect dialect) {
    dialects.add(dialect);
    return this;
  }

  /** Adds dialects, as {@link #dialect} does. */
  public LlmCacheBuilder dialects(List<Dialect> dialects) {
    this.dialects.addAll(dialects);
    return this;
  }

  /** Adds a tier, farther than those added before. It is closed with the cache. */
  public LlmCacheBuilder tier(Tier tier) {
    tiers.add(tier);
    return this;
  }

  /**
   * Adds a place where epochs are kept, farther than those added before: the farthest has the last
   * word. It is closed with the cache.
   */
  public LlmCacheBuilder epochs(EpochStore store) {
    epochStores.add(store);
    return this;
  }

  /** Adds a listener. */
  public LlmCacheBuilder listener(Listener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Sets of how many calls that were fetched lately it is remembered what they looked like, so that
   * {@link LlmCache#explain} can tell in what another differs; none without this. Of their texts
   * only hashes are kept.
   */
  public LlmCacheBuilder nearMisses(int callsMax) {
    nearMissesMax = callsMax;
    return this;
  }

  /** Sets which upstream answers what; the name becomes a part of the key. */
  public LlmCacheBuilder routes(Routes routes) {
    this.routes = routes;
    return this;
  }

  /** Sets with which other processes flights are shared. It is closed with the cache. */
  public LlmCacheBuilder fleet(Fleet fleet) {
    this.fleet = fleet;
    return this;
  }

  /** Sets what is cached, and for how long. */
  public LlmCacheBuilder rules(Rules rules) {
    this.rules = rules;
    return this;
  }

  /** Sets the bounds. */
  public LlmCacheBuilder limits(Limits limits) {
    this.limits = limits;
    return this;
  }

  /**
   * Sets whether what was asked is kept with each answer, as far as it decides the answer; without
   * this it is not. Who asked is never kept.
   */
  public LlmCacheBuilder keepRequests(boolean value) {
    keepsRequests = value;
    return this;
  }

  /** Sets the clock by which answers age. */
  public LlmCacheBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  LlmCacheBuilder timer(Timer timer) {
    this.timer = () -> timer;
    return this;
  }

  LlmCacheBuilder chance(RandomGenerator chance) {
    this.chance = chance;
    return this;
  }

  /** Returns the cache. */
  public LlmCache build() {
    var nearMisses = (nearMissesMax == 0) ? null : new NearMisses(nearMissesMax, clock, chance);
    var allListeners = new ArrayList<>(listeners);
    if (nearMisses != null) {
      allListeners.add(nearMisses);
    }
    var events = new Events(allListeners);
    var allTiers = new Tiers(tiers, new Conversions(CONVERSIONS_BYTES_MAX), events);
    var epochs = new Epochs(epochStores, clock);
    epochs.open();
    var shelf = new Shelf(allTiers, epochs, events, clock, chance);
    var memory = new Capacity(limits.repliesBytesMax());
    var stock = new TapeStock(memory);
    var flights =
        new Flights<Slot, Landing, ByteBuffer>(
            () -> new Tape(stock, limits.replyBytesMax()), limits.ofFlights(), timer.get());
    var ground = new Ground(shelf, fleet, clock, limits.replyBytesMax(), memory, keepsRequests);
    var departures = new Departures(flights, ground, events);
    var calls = new Calls(dialects, routes, limits.bodyBytesMax());
    var stations = new Stations(calls, new Policy(rules), shelf, departures);
    var inventory = new Inventory(tiers, epochs, rules, clock);
    var depot = new Depot(allTiers, epochs, rules, fleet.publisher(), clock);
    return new LlmCache(stations, new LlmCache.Stores(inventory, depot), nearMisses, events);
  }
}
