package dev.refrain.flight;

import java.io.IOException;

/** A flight came to no good end; the cause is what its pilot threw. */
public final class FlightFailedException extends IOException {
  private static final long serialVersionUID = 1;

  FlightFailedException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
