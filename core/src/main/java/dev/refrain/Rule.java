package dev.refrain;

import java.util.Set;

/**
 * How calls of one sort are cached.
 *
 * @param enabled whether they are at all
 * @param forgiven reasons that an operator does not mind; only {@link Reason#forgivable} ones
 */
public record Rule(boolean enabled, Lifetime lifetime, Set<Reason> forgiven) {
  /** Cached, with the default times, forgiving nothing. */
  public static final Rule DEFAULT = new Rule(true, Lifetime.DEFAULT, Set.of());

  public Rule {
    forgiven = Set.copyOf(forgiven);
    for (var reason : forgiven) {
      if (!reason.forgivable()) {
        throw new IllegalArgumentException(reason + " cannot be forgiven");
      }
    }
  }
}
