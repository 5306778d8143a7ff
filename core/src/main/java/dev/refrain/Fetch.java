package dev.refrain;

import dev.refrain.Decision.Lookup;
import dev.refrain.Fleet.Boarding.Alone;
import dev.refrain.Fleet.Boarding.Busy;
import dev.refrain.Fleet.Boarding.Failed;
import dev.refrain.Fleet.Boarding.Joined;
import dev.refrain.Fleet.Boarding.Landed;
import dev.refrain.Fleet.Boarding.Led;
import dev.refrain.Fleet.Boarding.TurnedDown;
import dev.refrain.Fleet.Errand;
import dev.refrain.Fleet.Lease;
import dev.refrain.Fleet.Passage;
import dev.refrain.Fleet.Publisher;
import dev.refrain.Fleet.Purpose;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Landing.Fallback;
import dev.refrain.Landing.Live;
import dev.refrain.Landing.Present;
import dev.refrain.Landing.Released;
import dev.refrain.Shelf.Sighting;
import dev.refrain.flight.Flights;
import dev.refrain.flight.Relay;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The work of one flight: board the fleet, look again, call upstream, pass the reply on, keep it if
 * it is good.
 */
final class Fetch implements Flights.Pilot<Landing, ByteBuffer> {
  /*
   * Why look again: between this caller's look onto the shelf and the flight's departure, another
   * flight for the same slot may have landed, stored its recording and left the board. Without the
   * second look the call would be made twice. Other processes of the fleet may have done the same
   * until this one took the lead, so that is when it looks.
   *
   * The recording is stored before the flight leaves the board, which it does when this returns,
   * and before the lead is given back. So whoever asks next finds either the flight or the
   * recording.
   *
   * Who follows the flight of another process passes its reply on as if it came from upstream, but
   * keeps nothing: that is for who leads.
   */

  private static final int BOARDINGS_MAX = 3; // of the fleet
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final Ground ground;
  private final Trip trip;
  private final Bill bill;
  private boolean kept;

  /**
   * What a flight departs for.
   *
   * @param seen what the caller has already, if this is to bring a newer one behind his back
   * @param solo whether nobody else is to be waited for
   */
  record Trip(Lookup lookup, Upstream upstream, @Nullable Recording seen, boolean solo) {
    boolean isForced() {
      return lookup.call().directives().noCache();
    }

    Trip alone() {
      return new Trip(lookup, upstream, seen, true);
    }

    private Errand errand() {
      var purpose = (solo || seen != null) ? Purpose.LEAD : Purpose.SHARE;
      return new Errand(lookup.slot(), lookup.keyed().facts().sources(), purpose);
    }
  }

  Fetch(Ground ground, Trip trip) {
    this.ground = ground;
    this.trip = trip;
    this.bill = new Bill(trip.upstream);
  }

  /** Returns, after the flight, whether it brought a recording, or another process is to do so. */
  boolean hasKept() {
    return kept;
  }

  @Override
  public void fly(Relay<Landing, ByteBuffer> relay) throws IOException, InterruptedException {
    for (int i = 0; i < BOARDINGS_MAX; i++) {
      switch (ground.fleet().board(trip.errand())) {
        case Alone alone -> lead(relay, alone.publisher(), null);
        case Led(var lease) -> lead(relay, lease);
        case Joined(var passage) -> follow(relay, passage);
        case Busy busy when trip.seen == null -> lead(relay, busy.publisher(), null);
        case Busy busy -> release(relay, true);
        case TurnedDown down when trip.solo -> lead(relay, down.publisher(), null);
        case TurnedDown down -> {
          ground.shelf().expectNothing(trip.lookup);
          release(relay, false);
        }
        case Failed(var failure) -> fail(relay, failure);
        case Landed landed -> {
          if (!isPresent(relay, ground.shelf().lookAgain(trip.lookup))) {
            continue;
          }
        }
      }
      return;
    }
    lead(relay, ground.fleet().publisher(), null);
  }

  private void lead(Relay<Landing, ByteBuffer> relay, Lease lease)
      throws IOException, InterruptedException {
    try (lease) {
      lead(relay, lease, lease);
    }
  }

  private void lead(Relay<Landing, ByteBuffer> relay, Publisher publisher, @Nullable Lease lease)
      throws IOException, InterruptedException {
    var sighting = ground.shelf().lookAgain(trip.lookup);
    if (isPresent(relay, sighting)) {
      return;
    }
    var stamp = ground.shelf().stamp(trip.lookup, sighting);
    var ttl = trip.lookup.call().directives().ttl();
    var bytesMax = ground.replyBytesMax();
    var born = ground.clock().millis();
    var recorder = new Recorder(trip.lookup.slot(), stamp, born, bytesMax, ttl);
    if (lease != null) {
      lease.lead(() -> Overheard.of(relay));
    }
    Reply reply;
    try {
      reply = trip.upstream.send(unencoded(trip.lookup.call().request()));
    } catch (IOException e) {
      fallBack(relay, sighting);
      throw e;
    }
    var taker = new Keeping(publisher, lease);
    try (reply) {
      if (isFailure(reply.status()) && fallBack(relay, sighting)) {
        taker.turnDown(Reason.STATUS);
      } else {
        new Transfer(trip.lookup.keyed(), ground, recorder, relay, taker).pass(reply);
      }
    }
  }

  /** Opens the relay with what lies on the shelf, if that is what the flight was to bring. */
  private boolean isPresent(Relay<Landing, ByteBuffer> relay, @Nullable Sighting sighting) {
    if (sighting == null
        || !isNews(sighting, trip.seen)
        || !(sighting.freshness() instanceof Fresh)) {
      return false;
    }
    relay.open(new Present(sighting));
    return true;
  }

  /** Passes on the reply to another process, unless it is not for this caller. */
  private void follow(Relay<Landing, ByteBuffer> relay, Passage passage)
      throws IOException, InterruptedException {
    try (passage) {
      var live =
          new Live(
              passage.status(),
              passage.headers(),
              passage.shared(),
              false,
              passage.stamp(),
              passage.departedMillis(),
              bill);
      if (ground.shelf().mayShare(trip.lookup.call(), live)) {
        if (!isFailure(live.status()) || !fallBack(relay, ground.shelf().find(trip.lookup))) {
          relay.open(live);
          passage.forward(new Echo(relay));
        }
        return;
      }
    }
    lead(relay, ground.fleet().publisher(), null);
  }

  private void fail(Relay<Landing, ByteBuffer> relay, IOException cause)
      throws IOException, InterruptedException {
    fallBack(relay, ground.shelf().find(trip.lookup));
    throw cause;
  }

  /** Opens the relay with an old answer, if there is one that will do since upstream failed. */
  private boolean fallBack(Relay<Landing, ByteBuffer> relay, @Nullable Sighting sighting) {
    if (sighting == null || !(sighting.freshness() instanceof Stale stale) || !stale.ifError()) {
      return false;
    }
    relay.open(new Fallback(sighting));
    return true;
  }

  private void release(Relay<Landing, ByteBuffer> relay, boolean kept) {
    this.kept = kept;
    relay.open(new Released());
  }

  /** What is kept must be readable for its judge, and for clients that accept no encoding. */
  static Request unencoded(Request request) {
    return request.with("Accept-Encoding", "identity");
  }

  /** An early refresh finds what its caller has seen: fresh still, but that is no news. */
  static boolean isNews(Sighting sighting, @Nullable Recording seen) {
    return seen == null || sighting.recording().bornMillis() != seen.bornMillis();
  }

  /** Tells whether a status says that upstream is in trouble, whatever it was asked. */
  static boolean isFailure(int status) {
    return status >= SERVER_ERRORS || status == TOO_MANY_REQUESTS;
  }

  /** Keeps what this flight brings, or tells the fleet that nobody should wait for it. */
  private final class Keeping implements Transfer.Taker {
    private final Publisher publisher;
    private final @Nullable Lease lease;

    Keeping(Publisher publisher, @Nullable Lease lease) {
      this.publisher = publisher;
      this.lease = lease;
    }

    @Override
    public void keep(Recording reply) throws InterruptedException {
      var lookup = trip.lookup;
      var whole = ground.asKept(reply, lookup.keyed(), lookup.call()::request);
      var objection = ground.shelf().keep(trip.lookup, whole, trip.isForced(), bill, publisher);
      kept = (objection == null);
      if (objection != null) {
        tell(objection);
      }
    }

    @Override
    public void turnDown(Reason reason) {
      tell(ground.shelf().turnDown(trip.lookup, reason));
    }

    @Override
    public Bill bill() {
      return bill;
    }

    private void tell(Reason reason) {
      if (lease != null && reason.kind() == Reason.Kind.REPLY) {
        lease.turnDown();
      }
    }
  }

  /** Passes on what is taken down elsewhere. */
  private record Echo(Relay<Landing, ByteBuffer> relay) implements Reply.Sink {
    @Override
    public boolean offer(byte[] chunk) {
      return relay.offer(ByteBuffer.wrap(chunk));
    }

    @Override
    public boolean put(byte[] chunk) throws InterruptedException {
      return relay.append(ByteBuffer.wrap(chunk));
    }
  }
}
