package dev.refrain.flight;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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
   * A flight is for one key, or for many, which one call can serve at once. A flight waits for no
   * other, so whoever has seats on several may wait for one after the other; whom he holds up by
   * that, for want of memory, leaves him behind.
   *
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

  private final Supplier<? extends Window<C>> windows;
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

  /** The work of a flight for many keys. */
  @FunctionalInterface
  public interface GroupPilot<K, H, C> {
    /**
     * Does the work, as {@link Pilot} does.
     *
     * @param keys those for which the flight departed
     */
    void fly(List<K> keys, Relay<H, C> relay) throws Exception;
  }

  /**
   * A seat on a flight.
   *
   * @param keys which of those asked for the flight is for; at least one
   * @param led whether this is the one for whom the flight departed
   */
  public record Seat<K, H, C>(List<K> keys, boolean led, Relay<H, C>.Reader reader) {
    public Seat {
      keys = List.copyOf(keys);
    }

    /** Returns the first of the keys. */
    public K key() {
      return keys.getFirst();
    }
  }

  /** Each flight has a window of its own. The timer is closed with the flights. */
  public Flights(Supplier<? extends Window<C>> windows, FlightLimits limits, Timer timer) {
    this(windows, limits, timer, Thread.ofVirtual().name("flight").factory());
  }

  Flights(
      Supplier<? extends Window<C>> windows,
      FlightLimits limits,
      Timer timer,
      ThreadFactory threads) {
    this.windows = windows;
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
    return lead(announce(depart(List.of(key), pilot)));
  }

  /**
   * Joins the flights for all keys that have one, and departs once for all that have none. No key
   * may be given twice.
   *
   * @return a seat on each of these flights, the one that departs being the first
   */
  public synchronized List<Seat<K, H, C>> boardAll(List<K> keys, GroupPilot<K, H, C> pilot)
      throws FlightsFullException {
    var taken = new LinkedHashMap<Flight, List<K>>();
    var readers = new HashMap<Flight, Relay<H, C>.Reader>();
    var rest = new ArrayList<K>();
    for (var key : keys) {
      var flight = board.get(key);
      var reader =
          (flight == null)
              ? null
              : readers.computeIfAbsent(flight, found -> found.relay.join(found::leave));
      if (flight == null || reader == null) {
        rest.add(key);
      } else {
        taken.computeIfAbsent(flight, found -> new ArrayList<>()).add(key);
      }
    }
    var seats = new ArrayList<Seat<K, H, C>>();
    taken.forEach((flight, theirs) -> {
      flight.board();
      seats.add(new Seat<>(theirs, false, Objects.requireNonNull(readers.get(flight))));
    });
    if (!rest.isEmpty()) {
      seats.addFirst(leadAll(rest, pilot, seats));
    }
    return seats;
  }

  private Seat<K, H, C> leadAll(List<K> keys, GroupPilot<K, H, C> pilot, List<Seat<K, H, C>> joined)
      throws FlightsFullException {
    try {
      return lead(announce(depart(keys, relay -> pilot.fly(keys, relay))));
    } catch (FlightsFullException e) {
      joined.forEach(seat -> seat.reader().close());
      throw e;
    }
  }

  /** Departs for one caller alone: nobody joins. */
  public synchronized Seat<K, H, C> solo(K key, Pilot<H, C> pilot) throws FlightsFullException {
    return lead(depart(List.of(key), pilot));
  }

  /** Departs without anybody who waits, unless a flight for this key is under way. */
  public synchronized boolean refresh(K key, Pilot<H, C> pilot) throws FlightsFullException {
    return refreshAll(List.of(key), (keys, relay) -> pilot.fly(relay));
  }

  /** Departs as {@link #refresh} does, once for all keys for which no flight is under way. */
  public synchronized boolean refreshAll(List<K> keys, GroupPilot<K, H, C> pilot)
      throws FlightsFullException {
    var rest = keys.stream().filter(key -> !board.containsKey(key)).toList();
    if (rest.isEmpty()) {
      return false;
    }
    var flight = announce(depart(rest, relay -> pilot.fly(rest, relay)));
    flight.isRefresh = true;
    flight.thread.start();
    return true;
  }

  /** Lets nobody join this flight any more. Whoever is aboard flies on. */
  public synchronized void retire(Seat<K, H, C> seat) {
    var flight = board.get(seat.key());
    if (flight != null && flight.relay == seat.reader().relay()) {
      flight.leaveBoard();
    }
  }

  /** Returns how many flights are in the air. */
  public synchronized int inTheAir() {
    return air.size();
  }

  /** Returns who is in the air. */
  public synchronized Traffic traffic() {
    int passengers = 0;
    int followers = 0;
    int fullest = 0;
    for (var flight : air) {
      int following = Math.max(0, flight.passengers - 1);
      passengers += flight.passengers;
      followers += following;
      fullest = Math.max(fullest, following);
    }
    return new Traffic(air.size(), passengers, followers, fullest);
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
    return new Seat<>(List.of(key), false, reader);
  }

  private Seat<K, H, C> lead(Flight flight) {
    var reader = Objects.requireNonNull(flight.relay.join(flight::leave), "nothing is written yet");
    flight.board();
    flight.thread.start();
    return new Seat<>(flight.keys, true, reader);
  }

  /** Lets others join. */
  private Flight announce(Flight flight) {
    flight.keys.forEach(key -> board.put(key, flight));
    return flight;
  }

  private Flight depart(List<K> keys, Pilot<H, C> pilot) throws FlightsFullException {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (air.size() >= limits.flightsMax()) {
      throw new FlightsFullException(limits.flightsMax());
    }
    var flight = new Flight(keys, pilot);
    air.add(flight);
    flight.bound = timer.after(limits.flightTimeMax(), flight::timeOut);
    return flight;
  }

  private final class Flight {
    final List<K> keys;
    final Relay<H, C> relay = new Relay<>(windows.get(), this::board);
    final Thread thread;
    boolean isRefresh;
    int passengers;
    Timer.@Nullable Ticket bound;
    Timer.@Nullable Ticket lingering;

    Flight(List<K> keys, Pilot<H, C> pilot) {
      this.keys = keys;
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

    /** Returns a reader who counts as a passenger; null if nobody can read all any more. */
    Relay<H, C>.@Nullable Reader board(Relay<H, C> relay) {
      synchronized (Flights.this) {
        var reader = relay.join(this::leave);
        if (reader != null) {
          board();
        }
        return reader;
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
        leaveBoard();
      }
      callBack(new InterruptedException("nobody was left"));
    }

    void leaveBoard() {
      keys.forEach(key -> board.remove(key, this));
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
        leaveBoard();
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
