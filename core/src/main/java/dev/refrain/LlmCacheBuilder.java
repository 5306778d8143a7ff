package dev.refrain;

import dev.refrain.flight.Flights;
import dev.refrain.flight.Timer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Puts a cache together. */
public final class LlmCacheBuilder {
  private static final long CONVERSIONS_BYTES_MAX = 32L << 20;

  private final List<Dialect> dialects = new ArrayList<>();
  private final List<Tier> tiers = new ArrayList<>();
  private final List<EpochStore> epochStores = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private Routes routes = Routes.BY_REQUEST;
  private Rules rules = Rules.DEFAULT;
  private Limits limits = Limits.DEFAULT;
  private InstantSource clock = InstantSource.system();
  private Timer timer = Timer.system();
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

  /** Sets which upstream answers what; the name becomes a part of the key. */
  public LlmCacheBuilder routes(Routes routes) {
    this.routes = routes;
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

  /** Sets the clock by which answers age. */
  public LlmCacheBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  LlmCacheBuilder timer(Timer timer) {
    this.timer = timer;
    return this;
  }

  LlmCacheBuilder chance(RandomGenerator chance) {
    this.chance = chance;
    return this;
  }

  /** Returns the cache. */
  public LlmCache build() {
    var events = new Events(listeners);
    var allTiers = new Tiers(tiers, new Conversions(CONVERSIONS_BYTES_MAX), events);
    var epochs = new Epochs(epochStores);
    epochs.open();
    var shelf = new Shelf(allTiers, epochs, events, clock, chance);
    var flights =
        new Flights<Slot, Landing, byte[]>(chunk -> chunk.length, limits.ofFlights(), timer);
    var departures = new Departures(flights, shelf, events, clock, limits.replyBytesMax());
    var calls = new Calls(dialects, routes, limits.bodyBytesMax());
    var store = new LlmCache.Store(shelf, new Inventory(tiers, epochs, rules, clock));
    return new LlmCache(calls, new Policy(rules), store, departures, events);
  }
}
