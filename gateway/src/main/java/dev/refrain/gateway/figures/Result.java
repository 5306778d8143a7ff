package dev.refrain.gateway.figures;

import dev.refrain.Outcome;
import java.util.Locale;

/** What became of a call: an outcome, or none. */
public enum Result {
  REPLAYED,
  STALE,
  JOINED,
  FETCHED,
  BYPASSED,
  REFUSED,
  /** There was no answer but an error of the gateway's own. */
  FAILED;

  static Result of(Outcome outcome) {
    return switch (outcome) {
      case REPLAYED -> REPLAYED;
      case STALE -> STALE;
      case JOINED -> JOINED;
      case FETCHED -> FETCHED;
      case BYPASSED -> BYPASSED;
      case REFUSED -> REFUSED;
    };
  }

  /** Returns whether it came out of the cache. */
  public boolean isHit() {
    return this == REPLAYED || this == STALE;
  }

  /** Returns whether it cost nothing, as it came out of the cache or with somebody else's call. */
  public boolean isSpared() {
    return isHit() || this == JOINED;
  }

  /** The name as metrics and logs print it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
