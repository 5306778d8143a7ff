package dev.refrain;

import dev.refrain.Decision.Lookup;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Landing.Fallback;
import dev.refrain.Landing.Live;
import dev.refrain.Landing.Present;
import dev.refrain.Shelf.Sighting;
import dev.refrain.flight.Flights;
import dev.refrain.flight.Relay;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The work of one flight: look again, call upstream, pass the reply on, keep it if it is good. */
final class Fetch implements Flights.Pilot<Landing, byte[]> {
  /*
   * Why look again: between this caller's look onto the shelf and the flight's departure, another
   * flight for the same slot may have landed, stored its recording and left the board. Without the
   * second look the call would be made twice.
   *
   * The recording is stored before the flight leaves the board, which it does when this returns.
   * So whoever asks next finds either the flight or the recording.
   */

  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final Shelf shelf;
  private final InstantSource clock;
  private final int replyBytesMax;
  private final Trip trip;
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
    if (sighting != null && isNews(sighting) && sighting.freshness() instanceof Fresh) {
      relay.open(new Present(sighting));
      return;
    }
    var stamp = shelf.stamp(trip.lookup, sighting);
    var recorder = new Recorder(trip.lookup.slot(), stamp, clock.millis(), replyBytesMax);
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
      } else if (reply.status() == OK) {
        record(reply, recorder, relay);
      } else {
        passOn(reply, recorder, relay);
      }
    }
  }

  /** What is kept must be readable for its judge, and for clients that accept no encoding. */
  private static Request unencoded(Request request) {
    return request.with("Accept-Encoding", "identity");
  }

  /** An early refresh finds what its caller has seen: fresh still, but that is no news. */
  private boolean isNews(Sighting sighting) {
    return trip.seen == null || sighting.recording().bornMillis() != trip.seen.bornMillis();
  }

  private static @Nullable Fallback fallback(@Nullable Sighting sighting) {
    if (sighting != null && sighting.freshness() instanceof Stale stale && stale.ifError()) {
      return new Fallback(sighting);
    }
    return null;
  }

  private static boolean isFailure(int status) {
    return status >= SERVER_ERRORS || status == TOO_MANY_REQUESTS;
  }

  /** An error is for all who wait, and for nobody who comes later. */
  private void passOn(Reply reply, Recorder recorder, Relay<Landing, byte[]> relay)
      throws IOException, InterruptedException {
    relay.open(live(reply, recorder, true));
    reply.forward(new Pipe(recorder, clock, relay));
    shelf.turnDown(trip.lookup, Reason.STATUS);
  }

  private void record(Reply reply, Recorder recorder, Relay<Landing, byte[]> relay)
      throws IOException, InterruptedException {
    var objection = objection(reply.headers());
    if (objection != null) {
      shelf.turnDown(trip.lookup, objection); // first, so that the released find it remembered
    }
    relay.open(live(reply, recorder, objection == null));
    boolean whole;
    try {
      whole = reply.forward(new Pipe(recorder, clock, relay));
    } catch (IOException | InterruptedException e) {
      shelf.turnDown(trip.lookup, Reason.CUT);
      throw e;
    }
    if (objection == null) {
      var recording = whole ? recorder.finish(reply.headers(), clock.millis()) : null;
      kept = shelf.keep(trip.lookup, recording, trip.isForced());
    }
  }

  /** What can be said against a reply before its first chunk. */
  private @Nullable Reason objection(Headers headers) {
    var encoding = headers.get("content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Reason.CONTENT_ENCODING;
    }
    var type = headers.get("content-type");
    var media = (type == null) ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    var keyed = trip.lookup.keyed();
    return keyed.dialect().expects(keyed.facts(), media) ? null : Reason.CONTENT_TYPE;
  }

  private static Live live(Reply reply, Recorder recorder, boolean shared) {
    return new Live(
        reply.status(), reply.headers(), shared, recorder.stamp(), recorder.bornMillis());
  }

  /** Takes a reply down, and gives it to all who read. */
  private record Pipe(Recorder recorder, InstantSource clock, Relay<Landing, byte[]> relay)
      implements Reply.Sink {
    @Override
    public boolean offer(byte[] chunk) {
      if (!relay.offer(chunk)) {
        return false;
      }
      recorder.add(chunk, clock.millis());
      return true;
    }

    @Override
    public boolean put(byte[] chunk) throws InterruptedException {
      recorder.add(chunk, clock.millis());
      return relay.append(chunk);
    }
  }
}
