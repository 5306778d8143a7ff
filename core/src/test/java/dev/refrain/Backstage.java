package dev.refrain;

import dev.refrain.flight.Timer;
import java.util.List;
import java.util.Set;

/** What only tests may set of a cache. */
public final class Backstage {
  private Backstage() {}

  /** Has a cache live by this timer, and never be early. */
  public static LlmCacheBuilder set(LlmCacheBuilder builder, Timer timer) {
    return builder
        .timer(timer)
        .chance(() -> Stage.NEVER_EARLY)
        .rules(new Rules(List.of(), new Rule(true, Times.PLAIN.lifetime(), Set.of())));
  }
}
