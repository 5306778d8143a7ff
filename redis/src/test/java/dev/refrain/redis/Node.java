package dev.refrain.redis;

import dev.refrain.EpochStore.Ledger;
import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Slot;
import dev.refrain.Tier;
import dev.refrain.testing.Poll;
import dev.refrain.tier.Cover;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A node as it looks from the inside of the store: what it was told, and what it has near. */
final class Node implements Ledger, Tier.Near, AutoCloseable {
  static final Duration PATIENT = Duration.ofSeconds(3);

  final RedisStore store;
  final Set<Slot> near = ConcurrentHashMap.newKeySet();
  final AtomicInteger snapshots = new AtomicInteger();
  private volatile String storeEpoch = "none";
  private final Map<String, String> tags = new ConcurrentHashMap<>();
  private final boolean remembers;

  private Node(RedisSettings settings, InstantSource clock, boolean remembers) {
    this.remembers = remembers;
    store = RedisStore.open(settings, clock);
    store.tier().attach(this);
    store.epochs().open(this);
  }

  /** Returns a node that has joined the others. */
  static Node at(String url) {
    var node = at(settings(url));
    Poll.until("it has joined", node.store::isJoined);
    return node;
  }

  static Node at(RedisSettings settings) {
    return at(settings, InstantSource.system());
  }

  static Node at(RedisSettings settings, InstantSource clock) {
    return new Node(settings, clock, false);
  }

  /** Returns one that knows of something retired, before it has reached any store. */
  static Node remembering(String url) {
    return new Node(settings(url), InstantSource.system(), true);
  }

  static RedisSettings settings(String url) {
    return RedisSettings.of(RedisAddress.parse(url)).withReplyTimeMax(PATIENT);
  }

  static RedisSettings settings(String url, String secret, String... old) {
    return settings(url).withCover(Cover.of(secret, old));
  }

  /** Returns the epoch of a tag, as this node knows it. */
  String epoch(String tag) {
    return tags.getOrDefault(tag, storeEpoch);
  }

  @Override
  public synchronized void replace(Snapshot snapshot) {
    tags.clear();
    tags.putAll(snapshot.tags());
    storeEpoch = snapshot.store();
    snapshots.incrementAndGet();
  }

  @Override
  public synchronized void change(String tag, String epoch) {
    tags.put(tag, epoch);
  }

  @Override
  public boolean knowsOfRetirement() {
    return remembers;
  }

  @Override
  public void drop(Slot slot) {
    near.remove(slot);
  }

  @Override
  public void dropAll() {
    near.clear();
  }

  @Override
  public void close() {
    store.close();
  }
}
