package dev.refrain.gateway.keys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All gateway keys that are good for something. Immutable. */
public final class KeyRing {
  /** More would make their file slow to look through. */
  public static final int KEYS_MAX = 10_000;

  static final KeyRing EMPTY = new KeyRing(List.of());

  private final List<GatewayKey> keys;
  private final Map<String, GatewayKey> byHash = new HashMap<>();

  /**
   * Holds these keys.
   *
   * @throws IllegalArgumentException if there are too many, or two that nobody could tell apart
   */
  public KeyRing(List<GatewayKey> keys) {
    if (keys.size() > KEYS_MAX) {
      throw new IllegalArgumentException("more than " + KEYS_MAX + " keys");
    }
    this.keys = List.copyOf(keys);
    this.keys.forEach(key -> byHash.put(key.hash(), key));
    if (ids().size() != keys.size()) {
      throw new IllegalArgumentException("a key stands there twice");
    }
  }

  /** Returns the keys in the order in which they were made. */
  public List<GatewayKey> keys() {
    return keys;
  }

  /** Returns the key with this text, or null if there is none. */
  public @Nullable GatewayKey find(String text) {
    return KeyText.looksLikeOne(text) ? byHash.get(KeyText.hash(text)) : null;
  }

  /** Returns these keys and one more. */
  public KeyRing with(GatewayKey key) {
    var more = new ArrayList<>(keys);
    more.add(key);
    return new KeyRing(more);
  }

  /** Returns the other keys than those. */
  public KeyRing without(Set<String> ids) {
    return new KeyRing(keys.stream().filter(key -> !ids.contains(key.id())).toList());
  }

  /** Returns the short names of all. */
  public Set<String> ids() {
    return keys.stream().map(GatewayKey::id).collect(Collectors.toSet());
  }
}
