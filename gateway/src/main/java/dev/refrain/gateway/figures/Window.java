package dev.refrain.gateway.figures;

import java.time.Duration;
import java.util.ArrayDeque;

/** How long things took lately: a distribution without what is older. Thread-safe. */
final class Window {
  static final Duration LENGTH = Duration.ofMinutes(5);
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final int STEPS = (int) LENGTH.dividedBy(STEP);

  private final Histogram all;
  private final ArrayDeque<Distribution> before = new ArrayDeque<>();
  private long nextMillis = Long.MIN_VALUE;

  Window(Histogram all) {
    this.all = all;
    before.add(all.distribution());
  }

  /** Lets what is too old go. */
  synchronized void tick(long nowMillis) {
    if (nowMillis >= nextMillis || nowMillis < nextMillis - STEP.toMillis()) {
      nextMillis = nowMillis + STEP.toMillis();
      before.addLast(all.distribution());
      if (before.size() > STEPS) {
        before.removeFirst();
      }
    }
  }

  synchronized Distribution lately() {
    return all.distribution().since(before.getFirst());
  }
}
