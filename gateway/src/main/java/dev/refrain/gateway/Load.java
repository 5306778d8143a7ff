package dev.refrain.gateway;

import dev.refrain.flight.Capacity;

/** What all requests together may take. Thread-safe. */
final class Load {
  /*
   * A quarter of the memory for bodies is for the first few kilobytes of each: so many as most
   * bodies have. However many large ones lie there, small ones are still read, and so hits served.
   */

  static final int SMALL_BYTES_MAX = 16 << 10;
  private static final int SHARE_OF_SMALL = 4;

  private final Capacity calls;
  private final Capacity smallBodies;
  private final Capacity largeBodies;

  /**
   * Sets the bounds.
   *
   * @param callsMax how many calls may be under way upstream
   * @param bodiesBytesMax how much the requests' bodies may take
   */
  Load(long callsMax, long bodiesBytesMax) {
    calls = new Capacity(callsMax);
    smallBodies = new Capacity(bodiesBytesMax / SHARE_OF_SMALL);
    largeBodies = new Capacity(bodiesBytesMax - bodiesBytesMax / SHARE_OF_SMALL);
  }

  Capacity calls() {
    return calls;
  }

  Capacity smallBodies() {
    return smallBodies;
  }

  Capacity largeBodies() {
    return largeBodies;
  }
}
