package dev.refrain.redis;

import dev.refrain.EpochStore;
import dev.refrain.Tier;
import dev.refrain.fleet.Tower;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The Redis or Valkey that a fleet shares. Where it cannot be reached, a node goes on alone, and
 * joins as soon as it can.
 */
public final class RedisStore implements AutoCloseable {
  private final RedisSettings settings;
  private final Servers servers;
  private final Lines lines;
  private final History history;
  private final RedisTier tier;
  private final RedisEpochs epochs;
  private final RedisTower tower;
  private @Nullable RedisTallies tallies; // most have nothing to count

  private RedisStore(RedisSettings settings, InstantSource clock) {
    this.settings = settings;
    var names = new Names(settings.prefix(), settings.cover());
    var archive = new Archive(names, settings.cover());
    servers = Servers.at(settings.address());
    lines = Lines.open(servers);
    history = new History(archive, lines, servers, settings.replyTimeMax(), clock);
    tier = new RedisTier(settings, clock, lines, history);
    epochs = new RedisEpochs(archive, history, servers);
    tower = new RedisTower(settings, servers, lines, tier, history);
  }

  /** Begins to connect, and waits for nothing. */
  public static RedisStore open(RedisSettings settings, InstantSource clock) {
    return new RedisStore(settings, clock);
  }

  /** Returns the recordings that lie there; a cache that has them needs the epochs, too. */
  public Tier tier() {
    return tier;
  }

  /** Returns the epochs that all nodes share. */
  public EpochStore epochs() {
    return epochs;
  }

  /** Returns what the flights of all nodes agree by. */
  public Tower tower() {
    return tower;
  }

  /** Returns what nodes count, each for itself and so that all see it. */
  public synchronized RedisTallies tallies() {
    if (tallies == null) {
      tallies = new RedisTallies(settings, servers);
    }
    return tallies;
  }

  /**
   * Returns the key with which all nodes make scopes of credentials, or null if the fleet was not
   * reached yet.
   */
  public byte @Nullable [] scopeKey() {
    return history.scopeKey();
  }

  /** Returns whether this node is a member of the fleet just now, and does not go on alone. */
  public boolean isJoined() {
    return history.isCurrent() && lines.reads().isUp() && lines.writes().isUp();
  }

  /** Returns how many replies were not what had been asked for. */
  public long strays() {
    return tier.strays();
  }

  /** Disconnects. To be called after the cache was closed. */
  @Override
  public synchronized void close() {
    history.close();
    epochs.close();
    tower.close();
    if (tallies != null) {
      tallies.close();
    }
    lines.close();
    servers.close();
  }
}
