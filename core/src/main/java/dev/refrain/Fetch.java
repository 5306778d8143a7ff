package dev.refrain;

import dev.refrain.Decision.Lookup;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Landing.Fallback;
import dev.refrain.Landing.Present;
import dev.refrain.Shelf.Sighting;
import dev.refrain.flight.Flights;
import dev.refrain.flight.Relay;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The work of one flight: look again, call upstream, pass the reply on, keep it if it is good. */
final class Fetch implements Flights.Pilot<Landing, byte[]>, Transfer.Taker {
  /*
   * Why look again: between this caller's look onto the shelf and the flight's departure, another
   * flight for the same slot may have landed, stored its recording and left the board. Without the
   * second look the call would be made twice.
   *
   * The recording is stored before the flight leaves the board, which it does when this returns.
   * So whoever asks next finds either the flight or the recording.
   */

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final Shelf shelf;
  private final InstantSource clock;
  private final int replyBytesMax;
  private final Trip trip;
  private final Bill bill = new Bill();
  private boolean kept;

  /**
   * What a flight departs for.
   *
   * @param seen what the caller has already, if this is to bring a newer one behind his back
   */
  record Trip(Lookup lookup, Upstream upstream, @Nullable Recording seen) {
    boolean isForced() {
      return lookup.call().directives().noCache();
    }
  }

  Fetch(Shelf shelf, InstantSource clock, int replyBytesMax, Trip trip) {
    this.shelf = shelf;
    this.clock = clock;
    this.replyBytesMax = replyBytesMax;
    this.trip = trip;
  }

  /** Returns, after the flight, whether it brought a recording. */
  boolean hasKept() {
    return kept;
  }

  @Override
  public void fly(Relay<Landing, byte[]> relay) throws IOException, InterruptedException {
    var sighting = shelf.find(trip.lookup);
    if (sighting != null && isNews(sighting, trip.seen) && sighting.freshness() instanceof Fresh) {
      relay.open(new Present(sighting));
      return;
    }
    var stamp = shelf.stamp(trip.lookup, sighting);
    var ttl = trip.lookup.call().directives().ttl();
    var recorder = new Recorder(trip.lookup.slot(), stamp, clock.millis(), replyBytesMax, ttl);
    var fallback = fallback(sighting);
    Reply reply;
    try {
      reply = trip.upstream.send(unencoded(trip.lookup.call().request()));
    } catch (IOException e) {
      if (fallback != null) {
        relay.open(fallback);
      }
      throw e;
    }
    try (reply) {
      if (isFailure(reply.status()) && fallback != null) {
        relay.open(fallback);
        shelf.turnDown(trip.lookup, Reason.STATUS);
      } else {
        new Transfer(trip.lookup.keyed(), clock, recorder, relay, this).pass(reply);
      }
    }
  }

  /** What is kept must be readable for its judge, and for clients that accept no encoding. */
  static Request unencoded(Request request) {
    return request.with("Accept-Encoding", "identity");
  }

  /** An early refresh finds what its caller has seen: fresh still, but that is no news. */
  static boolean isNews(Sighting sighting, @Nullable Recording seen) {
    return seen == null || sighting.recording().bornMillis() != seen.bornMillis();
  }

  private static @Nullable Fallback fallback(@Nullable Sighting sighting) {
    if (sighting != null && sighting.freshness() instanceof Stale stale && stale.ifError()) {
      return new Fallback(sighting);
    }
    return null;
  }

  /** Tells whether a status says that upstream is in trouble, whatever it was asked. */
  static boolean isFailure(int status) {
    return status >= SERVER_ERRORS || status == TOO_MANY_REQUESTS;
  }

  @Override
  public void keep(@Nullable Recording reply) throws InterruptedException {
    kept = shelf.keep(trip.lookup, reply, trip.isForced(), bill);
  }

  @Override
  public Bill bill() {
    return bill;
  }

  @Override
  public void turnDown(Reason reason) {
    shelf.turnDown(trip.lookup, reason);
  }
}
