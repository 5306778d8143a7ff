package dev.refrain.fleet;

import dev.refrain.Fleet;
import dev.refrain.Fleet.Boarding.Alone;
import dev.refrain.Fleet.Boarding.Busy;
import dev.refrain.Fleet.Boarding.Failed;
import dev.refrain.Fleet.Boarding.Joined;
import dev.refrain.Fleet.Boarding.Landed;
import dev.refrain.Fleet.Boarding.Led;
import dev.refrain.Fleet.Boarding.TurnedDown;
import dev.refrain.UpstreamTooSlowException;
import dev.refrain.fleet.Frame.Gone;
import dev.refrain.fleet.Tower.Claim.Held;
import dev.refrain.fleet.Tower.Claim.Taken;
import dev.refrain.fleet.Tower.Hailed;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A fleet whose processes agree by leases in a store that all of them share. Thread-safe. */
public final class LeasedFleet implements Fleet {
  /*
   * Who boards asks for the lease of the key. Who gets it leads: looks again, calls upstream,
   * publishes while he has the lease, gives it back. Who does not hails the leader and listens.
   * To ask for the lease again is also how a follower finds out that a silent leader is gone, so
   * taking over needs no other step than leading.
   *
   * A lease is there to save money. Nothing that is wrong can come of its loss: what is published
   * is a whole recording with the epochs of its own departure, and what is relayed bears the name
   * of one flight only.
   *
   * A process that asked for a lease and never learned that it got it would be taken for a leader
   * until the lease ends. So flights are listed before they ask; who hails one that is not on the
   * list makes its process give the lease back.
   */

  private static final int CLAIMS_MAX = 8; // by one flight
  private static final int HAILS_MAX = 1_024; // answered at once

  private final Tower tower;
  private final Tempo tempo;
  private final String node;
  private final Publisher publisher;
  private final Map<String, LedFlight> flights = new ConcurrentHashMap<>(); // by their tokens
  private final Semaphore hails = new Semaphore(HAILS_MAX);

  /** Joins the fleet of all who share a store. The tower is closed with it. */
  public LeasedFleet(Tower tower) {
    this(tower, Tempo.system());
  }

  /** The timer is closed with it. */
  LeasedFleet(Tower tower, Tempo tempo) {
    this.tower = tower;
    this.tempo = tempo;
    this.node = tempo.token();
    this.publisher =
        (tier, recording) -> {
          tower.offer(recording);
          return true; // who leads now publishes his own, and this one stays here
        };
    tower.answer(node, this::hear);
  }

  @Override
  public Publisher publisher() {
    return publisher;
  }

  @Override
  public Boarding board(Errand errand) throws InterruptedException {
    var holder = new Holder(node, tempo.token(), errand.slot().form());
    var flight =
        new LedFlight(
            tower, tempo, errand.slot().key(), holder, () -> flights.remove(holder.token()));
    flights.put(holder.token(), flight);
    Boarding boarding = null;
    try {
      boarding = board(errand, flight);
      return boarding;
    } catch (IOException e) {
      return new Alone(publisher); // the store's trouble, of which its tower has told
    } finally {
      if (!(boarding instanceof Led)) {
        flights.remove(holder.token());
      }
    }
  }

  private Boarding board(Errand errand, LedFlight flight) throws IOException, InterruptedException {
    Following following = null;
    try {
      for (int i = 0; i < CLAIMS_MAX; i++) {
        long asked = tempo.nanos().getAsLong();
        switch (tower.claim(errand.slot().key(), flight.holder(), Tempo.LEASE)) {
          case Taken taken -> {
            flight.taken(asked);
            return new Led(flight);
          }
          case Tower.Claim.TurnedDown down -> {
            return new TurnedDown(publisher);
          }
          case Held held when errand.purpose() == Purpose.LEAD -> {
            return new Busy(publisher);
          }
          case Held(var leader) -> {
            if (!serves(leader, errand)) {
              return new Alone(publisher);
            }
            following = follow(errand, leader, following);
            var boarding = (following == null) ? new Alone(publisher) : await(following);
            if (boarding instanceof Joined) {
              following = null; // it is his now
            }
            if (boarding != null) {
              return boarding;
            }
          }
        }
      }
      return new Alone(publisher);
    } finally {
      if (following != null) {
        following.close();
      }
    }
  }

  private static boolean serves(Holder leader, Errand errand) {
    return leader.form().equals(errand.slot().form()) || errand.sources().contains(leader.form());
  }

  /** Follows a leader, anew or still; returns null if there is nothing to be had of him. */
  private @Nullable Following follow(Errand errand, Holder leader, @Nullable Following before)
      throws IOException, InterruptedException {
    var following = before;
    if (following != null && !following.leader().equals(leader)) {
      following.close();
      following = null;
    }
    if (following == null) {
      boolean isHis = leader.form().equals(errand.slot().form());
      boolean reads = isHis && errand.purpose() == Purpose.SHARE;
      following =
          Following.begin(new Following.Ask(tower, tempo, errand.slot().key(), leader, reads));
    } else if (!following.goesOn()) {
      following.close();
      return null;
    }
    following.hail();
    return following;
  }

  /** Returns null if the lease is to be asked for again. */
  private @Nullable Boarding await(Following following) throws IOException, InterruptedException {
    return switch (following.await()) {
      case BEGUN -> new Joined(following);
      case GONE -> new Landed();
      case TORN -> new Alone(publisher);
      case SILENT -> null;
      case HEARD -> throw new IllegalStateException("he waits for more than that");
      case ENDED ->
          switch (following.end().ending()) {
            case WHOLE -> new Landed(); // in another form
            case TURNED_DOWN -> new TurnedDown(publisher);
            case FAILED -> new Failed(new IOException(following.end().message()));
            case TOO_SLOW -> new Failed(new UpstreamTooSlowException(following.end().message()));
            case ABANDONED -> null;
            case TOO_LATE -> new Alone(publisher);
          };
    };
  }

  /** Returns all flights of this process that lead or may come to lead; for tests. */
  Collection<LedFlight> flights() {
    return flights.values();
  }

  /** Called by whatever thread brings it, which is not held up. */
  private void hear(Hailed hailed, byte[] message) {
    if (hails.tryAcquire()) { // else it is lost, as messages may be
      Thread.ofVirtual().name("fleet-hail").start(() -> answer(hailed, message));
    }
  }

  private void answer(Hailed hailed, byte[] message) {
    try {
      var flight = flights.get(hailed.holder().token());
      if (flight != null) {
        flight.hailed(Following.isReader(message));
      } else {
        tower.release(hailed.key(), hailed.holder());
        tower.tell(hailed.key(), hailed.holder(), new Gone().bytes(), Tempo.KEPT);
      }
    } catch (IOException e) {
      // whoever has hailed hears nothing, and asks for the lease
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that
    } finally {
      hails.release();
    }
  }

  /** Gives back all leases. */
  @Override
  public void close() {
    flights.values().forEach(LedFlight::close);
    tower.close();
    tempo.timer().close();
  }
}
