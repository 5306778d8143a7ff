package dev.refrain;

/**
 * What upstream's reply has cost whoever paid for it.
 *
 * @param tookMillis how long the whole of it took; -1 where nobody knows
 */
public record Cost(Usage usage, long tookMillis) {
  /** Nobody knows, or not yet. */
  public static final Cost UNKNOWN = new Cost(Usage.UNKNOWN, -1);

  static Cost of(Recording recording) {
    return new Cost(recording.usage(), recording.tookMillis());
  }

  /** Returns what several replies that were fetched side by side have cost. */
  Cost beside(Cost other) {
    boolean known = !usage.equals(Usage.UNKNOWN) && !other.usage.equals(Usage.UNKNOWN);
    var both = known ? usage.plus(other.usage) : Usage.UNKNOWN;
    return new Cost(both, Math.max(tookMillis, other.tookMillis));
  }
}
