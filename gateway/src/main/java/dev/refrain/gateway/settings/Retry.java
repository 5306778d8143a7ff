package dev.refrain.gateway.settings;

import java.time.Duration;

/**
 * How often a call is sent once more to an upstream that has not begun with it.
 *
 * @param max how often at most
 * @param waitTimeMax how long all pauses of one call may be together
 */
public record Retry(int max, Duration waitTimeMax) {
  /** What fits most. */
  public static final Retry DEFAULT = new Retry(2, Duration.ofSeconds(5));
}
