package dev.refrain.gateway.keys;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the other gateways of a fleet have counted of a key in a month, as far as this one knows.
 * Not thread-safe.
 */
final class Others {
  /*
   * What was counted only grows, so of all that was ever heard of one line the most is true, and
   * lines can be heard in any order, twice, or never. What was known before a restart is known in
   * one sum alone; as it is a part of what the lines come to, the greater of both counts.
   *
   * What is held grows and shrinks, and nobody takes it back for one who has died. So it counts
   * only for a while after its line has changed; who holds something changes it each second.
   */

  private static final long HELD_MILLIS_MAX = 5_000;
  private static final int LINES_MAX = 10_000;

  private final Map<String, Known> lines = new HashMap<>();
  private Usage before = Usage.NONE;
  private Usage used = Usage.NONE;

  private record Known(Share share, long changedMillis) {
    Known and(Share later, long nowMillis) {
      var most = later.used().atLeast(share.used());
      return new Known(
          new Share(later.life(), later.beat(), most, later.held()),
          later.isSameBeat(share) ? changedMillis : nowMillis);
    }
  }

  /** Begins anew, with what was known before. */
  void begin(Usage known) {
    lines.clear();
    before = known;
    used = known;
  }

  /** Takes note of what lines say. */
  void hear(Map<String, Share> said, long nowMillis) {
    said.forEach((line, share) -> {
      var known = lines.get(line);
      if (known != null) {
        lines.put(line, known.and(share, nowMillis));
      } else if (lines.size() < LINES_MAX) {
        lines.put(line, new Known(share, nowMillis));
      }
    });
    used =
        lines.values().stream()
            .map(known -> known.share.used())
            .reduce(Usage.NONE, Usage::plus)
            .atLeast(before);
  }

  /** Returns what they have used. */
  Usage used() {
    return used;
  }

  /** Returns what is held for calls of theirs that are under way. */
  Spending held(long nowMillis) {
    var held = Spending.NOTHING;
    for (var known : lines.values()) {
      if (Math.abs(nowMillis - known.changedMillis) < HELD_MILLIS_MAX) {
        held = held.plus(known.share.held());
      }
    }
    return held;
  }

  /** Returns the lines that are known and not among these, for whoever has lost them. */
  Map<String, String> missingAmong(Set<String> seen) {
    var missing = new HashMap<String, String>();
    lines.forEach((line, known) -> {
      if (!seen.contains(line)) {
        missing.put(line, known.share.settled().text());
      }
    });
    return missing;
  }
}
