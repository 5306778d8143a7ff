package dev.refrain;

import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Sight;
import dev.refrain.Freshness.Stale;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Says what calls that were made once would have come to under given rules, had there been a cache
 * with room for all of their answers. The calls are told in the order of their time. For one
 * thread.
 */
public final class Estimate {
  /*
   * Policy and Freshness are those of the cache; what is made up here is only how long upstream is
   * under way: as long as it was. Until then an answer is awaited by those who want it, as its
   * flight would be boarded; its recording is there for those who come later.
   */

  private static final Headers NO_HEADERS = Headers.none();
  private static final Stamp NO_STAMP = new Stamp(List.of(), List.of());
  private static final Chunks NO_CHUNKS = new Chunks(new byte[0], new int[0], new int[0]);
  private static final int STATUS_OK = 200;

  private final Rules rules;
  private final RandomGenerator chance;
  private final Map<Key, Shelved> shelf = new HashMap<>();

  /**
   * What a call would have come to.
   *
   * @param refreshed whether upstream would have been called behind the caller's back
   */
  public record Result(Outcome outcome, boolean refreshed) {
    static final Result BYPASSED = new Result(Outcome.BYPASSED, false);
  }

  /** What lies there for one key, and what is on its way. */
  private static final class Shelved {
    private final Heat heat = new Heat();
    private @Nullable Recording recording;
    private @Nullable Recording coming;

    void land(long nowMillis) {
      if (coming != null && coming.bornMillis() + coming.tookMillis() <= nowMillis) {
        recording = coming;
        coming = null;
      }
    }
  }

  /** Takes the rules, and what decides by chance whether a hot entry is refreshed early. */
  public Estimate(Rules rules, RandomGenerator chance) {
    this.rules = rules;
    this.chance = chance;
  }

  /** Returns what the next call would have come to. */
  public Result next(PastCall call) {
    var sort = call.sort();
    var rule = rules.ruleFor(sort.namespace(), sort.model(), sort.path());
    if (call.keys().isEmpty()
        || Policy.objection(call.directives(), call.objections(), rule) != null) {
      return Result.BYPASSED;
    }
    var worst = new Result(Outcome.REPLAYED, false);
    for (var key : call.keys()) {
      var result = next(call, key, rule.lifetime());
      boolean refreshed = worst.refreshed || result.refreshed;
      var outcome = (result.outcome.compareTo(worst.outcome) > 0) ? result.outcome : worst.outcome;
      worst = new Result(outcome, refreshed);
    }
    return worst;
  }

  /** Returns for how many keys something lies here, or is on its way. */
  public int entries() {
    return shelf.size();
  }

  private Result next(PastCall call, Key key, Lifetime lifetime) {
    var shelved = shelf.computeIfAbsent(key, absent -> new Shelved());
    long now = call.atMillis();
    shelved.land(now);
    var freshness = freshness(shelved, call, lifetime);
    boolean onlyIfCached = call.directives().onlyIfCached();
    return switch (freshness) {
      case Fresh fresh -> {
        shelved.heat.hit(lifetime, now);
        boolean due = fresh.refreshEarly() && !onlyIfCached;
        yield new Result(Outcome.REPLAYED, due && depart(shelved, call, key));
      }
      case Stale stale when stale.whileRevalidate() ->
          new Result(Outcome.STALE, !onlyIfCached && depart(shelved, call, key));
      case Stale stale -> fetch(shelved, call, key);
      case Expired expired -> fetch(shelved, call, key);
    };
  }

  private Freshness freshness(Shelved shelved, PastCall call, Lifetime lifetime) {
    if (shelved.recording == null) {
      return new Expired();
    }
    long lastHotHit = shelved.heat.lastHotHitMillis();
    double luck = 1 - chance.nextDouble();
    return new Sight(
            shelved.recording, lastHotHit, true, call.directives(), lifetime, call.atMillis(), luck)
        .freshness();
  }

  private Result fetch(Shelved shelved, PastCall call, Key key) {
    if (call.directives().onlyIfCached()) {
      return new Result(Outcome.REFUSED, false);
    }
    boolean alone = call.directives().noCache();
    if (shelved.coming != null && !alone) {
      return new Result(Outcome.JOINED, false);
    }
    shelved.coming = null;
    depart(shelved, call, key);
    return new Result(Outcome.FETCHED, false);
  }

  /** Returns whether upstream is called, which it is not twice at once. */
  private boolean depart(Shelved shelved, PastCall call, Key key) {
    if (shelved.coming != null) {
      return false;
    }
    if (call.kept()) {
      shelved.coming = recording(call, key);
    }
    return true;
  }

  private static Recording recording(PastCall call, Key key) {
    return new Recording(
        new Slot(key, Form.WHOLE),
        STATUS_OK,
        NO_HEADERS,
        NO_CHUNKS,
        call.atMillis(),
        call.tookMillis(),
        Usage.UNKNOWN,
        NO_STAMP,
        "",
        call.directives().ttl(),
        null);
  }
}
