package dev.refrain.flight;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs one flight per key at a time, and lets everyone who asks meanwhile read along. Nothing is
 * remembered after landing; remembering is the cache's task. Thread-safe.
 *
 * @param <K> what the same flights have in common
 * @param <H> what opens a reply
 * @param <C> a piece of it
 */
public final class Flights<K, H, C> implements AutoCloseable {
  /*
   * A flight runs on a virtual thread of its own, so it belongs to none of its passengers. When the
   * last of them gets off, it lingers for a while, and is called back unless someone joins; a
   * refresh, which nobody waits for, always flies to its end. A flight that takes too long is
   * called back as well, so whoever waits for one waits for a bounded time.
   *
   * A flight is on the board from its departure until it lands or is called back, unless it flies
   * solo, or is retired because a passenger found that it is not for such as him. It leaves the
   * board before its end is told: whoever has seen the end and asks again starts afresh, so a
   * failure is shared but never remembered.
   *
   * "this" guards the board, the passenger counts and the tickets. It is never held during the
   * work. A relay's lock may be taken under it, never the other way round.
   */

  private final ToIntFunction<C> weigher;
  private final FlightLimits limits;
  private final Timer timer;
  private final ThreadFactory threads;
  private final Map<K, Flight> board = new HashMap<>();
  private final Set<Flight> air = new HashSet<>(); // all flights, solo ones included
  private boolean closed;

  /** The work of a flight: opens the relay, appends to it, returns at a clean end, or throws. */
  @FunctionalInterface
  public interface Pilot<H, C> {
    /** Does the work. What it throws is told to all who read. */
    void fly(Relay<H, C> relay) throws Exception;
  }

  /**
   * A seat on a flight.
   *
   * @param key the flight's, which is one of those asked for
   * @param led whether this is the one for whom the flight departed
   */
  public record Seat<K, H, C>(K key, boolean led, Relay<H, C>.Reader reader) {}

  /** The timer is closed with the flights. */
  public Flights(ToIntFunction<C> weigher, FlightLimits limits, Timer timer) {
    this(weigher, limits, timer, Thread.ofVirtual().name("flight").factory());
  }

  Flights(ToIntFunction<C> weigher, FlightLimits limits, Timer timer, ThreadFactory threads) {
    this.weigher = weigher;
    this.limits = limits;
    this.timer = timer;
    this.threads = threads;
  }

  /**
   * Joins the flight for {@code key}, or else one for another key that would do, or else departs.
   *
   * @param others in the order of preference
   */
  public synchronized Seat<K, H, C> board(K key, List<K> others, Pilot<H, C> pilot)
      throws FlightsFullException {
    var joined = join(key);
    for (int i = 0; joined == null && i < others.size(); i++) {
      joined = join(others.get(i));
    }
    if (joined != null) {
      return joined;
    }
    var flight = depart(key, pilot);
    board.put(key, flight);
    return lead(flight);
  }

  /** Departs for one caller alone: nobody joins. */
  public synchronized Seat<K, H, C> solo(K key, Pilot<H, C> pilot) throws FlightsFullException {
    return lead(depart(key, pilot));
  }

  /** Departs without anybody who waits, unless a flight for this key is under way. */
  public synchronized boolean refresh(K key, Pilot<H, C> pilot) throws FlightsFullException {
    if (board.containsKey(key)) {
      return false;
    }
    var flight = depart(key, pilot);
    flight.isRefresh = true;
    board.put(key, flight);
    flight.thread.start();
    return true;
  }

  /** Lets nobody join this flight any more. Whoever is aboard flies on. */
  public synchronized void retire(Seat<K, H, C> seat) {
    var flight = board.get(seat.key());
    if (flight != null && flight.relay == seat.reader().relay()) {
      board.remove(seat.key());
    }
  }

  /** Returns how many flights are in the air. */
  public synchronized int inTheAir() {
    return air.size();
  }

  /** Calls all flights back, and lets none depart any more. */
  @Override
  public void close() {
    List<Flight> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(air);
    }
    all.forEach(flight -> flight.callBack(new IllegalStateException("closed")));
    timer.close();
  }

  /** Returns how many are aboard the flight for {@code key} that can be joined. */
  public synchronized int passengers(K key) {
    var flight = board.get(key);
    return (flight == null) ? 0 : flight.passengers;
  }

  private @Nullable Seat<K, H, C> join(K key) {
    var flight = board.get(key);
    var reader = (flight == null) ? null : flight.relay.join(flight::leave);
    if (flight == null || reader == null) {
      return null;
    }
    flight.board();
    return new Seat<>(key, false, reader);
  }

  private Seat<K, H, C> lead(Flight flight) {
    var reader = Objects.requireNonNull(flight.relay.join(flight::leave), "nothing is written yet");
    flight.board();
    flight.thread.start();
    return new Seat<>(flight.key, true, reader);
  }

  private Flight depart(K key, Pilot<H, C> pilot) throws FlightsFullException {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (air.size() >= limits.flightsMax()) {
      throw new FlightsFullException(limits.flightsMax());
    }
    var flight = new Flight(key, pilot);
    air.add(flight);
    flight.bound = timer.after(limits.flightTimeMax(), flight::timeOut);
    return flight;
  }

  private final class Flight {
    final K key;
    final Relay<H, C> relay = new Relay<>(weigher, limits.windowWeightMax());
    final Thread thread;
    boolean isRefresh;
    int passengers;
    Timer.@Nullable Ticket bound;
    Timer.@Nullable Ticket lingering;

    Flight(K key, Pilot<H, C> pilot) {
      this.key = key;
      this.thread = threads.newThread(() -> fly(pilot));
    }

    void fly(Pilot<H, C> pilot) {
      Throwable failure = null;
      try {
        pilot.fly(relay);
      } catch (Throwable e) { // a panic must release the readers, too; they are told of it
        failure = e;
      } finally {
        land(failure);
      }
    }

    void board() {
      passengers++;
      if (lingering != null) {
        lingering.cancel();
        lingering = null;
      }
    }

    void leave() {
      synchronized (Flights.this) {
        passengers--;
        if (passengers == 0 && !isRefresh && air.contains(this)) {
          lingering = timer.after(limits.linger(), this::turnBack);
        }
      }
    }

    void turnBack() {
      synchronized (Flights.this) {
        if (passengers > 0) {
          return; // someone joined just as the time was up
        }
        board.remove(key, this);
      }
      callBack(new InterruptedException("nobody was left"));
    }

    void timeOut() {
      callBack(
          new TimeoutException("took longer than " + limits.flightTimeMax().toSeconds() + " s"));
    }

    void callBack(Throwable why) {
      land(why);
      thread.interrupt();
    }

    /** Only the first call tells the readers; whatever the pilot does later is not heard. */
    void land(@Nullable Throwable failure) {
      synchronized (Flights.this) {
        air.remove(this);
        board.remove(key, this);
        if (bound != null) {
          bound.cancel();
        }
        if (lingering != null) {
          lingering.cancel();
        }
      }
      relay.end(failure);
    }
  }
}
