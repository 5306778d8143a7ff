package dev.refrain.gateway.settings;

import java.time.Duration;

/**
 * The rehearsal model.
 *
 * @param enabled whether model {@code demo} is known
 * @param time that it takes for an answer
 */
public record Demo(boolean enabled, Duration time) {
  /** Slow enough to see the difference that a cache makes. */
  public static final Demo DEFAULT = new Demo(true, Duration.ofSeconds(2));
}
