package dev.refrain.gateway;

import dev.refrain.UpstreamTooSlowException;
import java.time.Duration;

/** An upstream took longer than it may. */
final class UpstreamTimeoutException extends UpstreamTooSlowException {
  private static final long serialVersionUID = 1;

  UpstreamTimeoutException(Duration timeMax) {
    super("upstream said nothing for " + timeMax.toMillis() / 1000.0 + " s");
  }
}
