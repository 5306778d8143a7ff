package dev.refrain.gateway;

import dev.refrain.flight.Capacity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What all requests together may take. Thread-safe. */
final class Load {
  /*
   * A quarter of the memory for bodies is for the first few kilobytes of each: so many as most
   * bodies have. However many large ones lie there, small ones are still read, and so hits served.
   *
   * Who finds no place for a call is refused at once. Nobody waits for one, since calls may last
   * for minutes; so no more are let through than there can be connections for.
   */

  static final int SMALL_BYTES_MAX = 16 << 10;
  private static final int SHARE_OF_SMALL = 4;

  private final Capacity calls;
  private final int callsToEachMax;
  private final Map<String, Room> rooms = new ConcurrentHashMap<>(); // as many as upstreams
  private final Capacity smallBodies;
  private final Capacity largeBodies;

  /**
   * Sets the bounds.
   *
   * @param callsMax how many calls may be under way upstream
   * @param callsToEachMax how many of these to the same upstream
   * @param bodiesBytesMax how much the requests' bodies may take
   */
  Load(long callsMax, int callsToEachMax, long bodiesBytesMax) {
    calls = new Capacity(callsMax);
    this.callsToEachMax = callsToEachMax;
    smallBodies = new Capacity(bodiesBytesMax / SHARE_OF_SMALL);
    largeBodies = new Capacity(bodiesBytesMax - bodiesBytesMax / SHARE_OF_SMALL);
  }

  Capacity calls() {
    return calls;
  }

  /** Returns where there are places for calls to an upstream. */
  Room room(String upstream) {
    return rooms.computeIfAbsent(upstream, name -> new Room(calls, new Capacity(callsToEachMax)));
  }

  Capacity smallBodies() {
    return smallBodies;
  }

  Capacity largeBodies() {
    return largeBodies;
  }
}
