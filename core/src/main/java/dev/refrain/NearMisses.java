package dev.refrain;

import dev.refrain.Explanation.NearMiss;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Remembers what the calls looked like that were fetched lately, so that it can be told in what
 * another differs from them. Thread-safe.
 */
final class NearMisses implements Listener {
  /*
   * Shapes are made of misses only, behind the queue of the events: no caller waits for it. Where
   * misses come thick and fast, not all are looked at: it would cost more than people gain who
   * compare one call with a few, and what came half a second ago would be forgotten already. Nor
   * are large ones, of which this takes a copy. The salt lives as long as the process, and so do
   * the prints.
   */

  private static final int DIFFERENCES_MAX = 8;
  private static final int SHAPES_PER_SECOND_MAX = 100;
  static final int BODY_BYTES_MAX = 1 << 20;

  private final InstantSource clock;
  private final long salt;
  private final Map<Key, Seen> seen; // guarded by itself, the one asked for last at its end

  private long second;
  private int looked; // in that second

  private record Seen(Key key, Shape shape, long atMillis) {}

  NearMisses(int keysMax, InstantSource clock, RandomGenerator chance) {
    this.clock = clock;
    this.salt = chance.nextLong();
    this.seen =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
            return size() > keysMax;
          }
        };
  }

  @Override
  public boolean hearsOfHits() {
    return false;
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Answered answered
        && answered.outcome() == Outcome.FETCHED
        && answered.call().meaning() instanceof Meaning.Keyed keyed
        && answered.call().request().body().length <= BODY_BYTES_MAX
        && mayLook()) {
      var shape = Shape.of(answered.call(), salt);
      if (shape != null) {
        synchronized (seen) {
          seen.put(keyed.key(), new Seen(keyed.key(), shape, clock.millis()));
        }
      }
    }
  }

  /** For the one thread that tells of events. */
  private boolean mayLook() {
    long now = clock.millis() / 1000;
    looked = (now == second) ? looked + 1 : 1;
    second = now;
    return looked <= SHAPES_PER_SECOND_MAX;
  }

  /** Returns what is nearly the same as a call, the nearest first. */
  List<NearMiss> nearest(Call call, int max) {
    var shape = Shape.of(call, salt);
    if (shape == null || !(call.meaning() instanceof Meaning.Keyed keyed)) {
      return List.of();
    }
    List<Seen> others;
    synchronized (seen) {
      others = List.copyOf(seen.values());
    }
    var near = new ArrayList<Near>();
    for (var other : others) {
      var comparison = shape.compare(other.shape, DIFFERENCES_MAX);
      if (comparison != null && !other.key.equals(keyed.key())) {
        near.add(new Near(other, comparison));
      }
    }
    near.sort(
        Comparator.comparingDouble((Near other) -> other.comparison.distance())
            .thenComparing(
                Comparator.comparingLong((Near other) -> other.seen.atMillis).reversed()));
    return near.stream().limit(max).map(Near::miss).toList();
  }

  private record Near(Seen seen, Shape.Comparison comparison) {
    NearMiss miss() {
      return new NearMiss(seen.key, seen.atMillis, comparison.differences());
    }
  }
}
