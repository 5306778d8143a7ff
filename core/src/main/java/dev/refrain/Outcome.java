package dev.refrain;

import java.util.Locale;

/** How an answer was come by. */
public enum Outcome {
  /** It lay in the cache, and is fresh. */
  REPLAYED,
  /** It lay in the cache, and is no longer fresh. */
  STALE,
  /** Someone else's call was under way. */
  JOINED,
  /** It was fetched for this call. */
  FETCHED,
  /** The cache had nothing to do with it. */
  BYPASSED,
  /** The caller wanted it from the cache only, which has none. */
  REFUSED;

  /** The name as logs, headers and metrics print it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
