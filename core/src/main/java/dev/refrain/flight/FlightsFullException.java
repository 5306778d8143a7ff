package dev.refrain.flight;

import java.io.IOException;

/** There are as many flights in the air as are allowed. */
public final class FlightsFullException extends IOException {
  private static final long serialVersionUID = 1;

  FlightsFullException(int flightsMax) {
    super("all " + flightsMax + " upstream calls that may be under way at once are");
  }
}
