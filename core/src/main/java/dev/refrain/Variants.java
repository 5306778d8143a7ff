package dev.refrain;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Says whose turn it is among several answers to the same call. Thread-safe. */
final class Variants {
  /*
   * Each variant has a key of its own, and so a slot, a flight and a life of its own. The first has
   * the call's own key, and so is shared with those who want only one. Turns are counted in memory:
   * where they are forgotten, counting begins anew, and the worst of it is an answer out of turn.
   */

  private static final String FORMAT = "refrain/variant/1";
  private static final int CALLS_MAX = 10_000;

  private final Cache<Key, AtomicInteger> turns =
      Caffeine.newBuilder().maximumSize(CALLS_MAX).build();

  /** Returns the key of the variant whose turn it is. */
  Key draw(Key key, int variants) {
    if (variants == 1) {
      return key;
    }
    int turn = turns.get(key, first -> new AtomicInteger()).getAndIncrement();
    return key(key, Math.floorMod(turn, variants));
  }

  /** Returns the keys of all variants. */
  static List<Key> all(Key key, int variants) {
    return IntStream.range(0, variants).mapToObj(variant -> key(key, variant)).toList();
  }

  private static Key key(Key key, int variant) {
    return (variant == 0)
        ? key
        : Digest.begin().part(FORMAT).part(key.toString()).part(variant).key();
  }
}
