package dev.refrain;

import dev.refrain.AnswerBody.Relayed;
import dev.refrain.BatchFetch.Errand;
import dev.refrain.Decision.Lookup;
import dev.refrain.Fetch.Trip;
import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Landing.AllPresent;
import dev.refrain.Landing.Fallback;
import dev.refrain.Landing.Live;
import dev.refrain.Landing.Present;
import dev.refrain.Landing.Released;
import dev.refrain.Shelf.Sighting;
import dev.refrain.flight.Flights;
import dev.refrain.flight.Flights.Seat;
import dev.refrain.flight.FlightsFullException;
import dev.refrain.flight.Relay;
import dev.refrain.flight.Traffic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where callers board flights, and learn what these bring. */
final class Departures implements AutoCloseable {
  /*
   * Who joins a flight need not like what it brings: it may be for others only, lack a tag, be too
   * old for this caller, have departed before an invalidation, or have come to nothing in another
   * form. He then has it retired, so that the next to depart is for all who are like him, boards
   * once more, and after that flies alone. So everybody is answered after three flights at most,
   * and a reply that cannot be shared lets all who wait depart at once, side by side.
   */
  private static final int BOARDINGS_MAX = 2;

  private static final Duration REFRESH_PAUSE = Duration.ofSeconds(10);

  private final Flights<Slot, Landing, ByteBuffer> flights;
  private final Ground ground;
  private final Shelf shelf;
  private final Events events;
  private final Lately failed; // a refresh

  Departures(Flights<Slot, Landing, ByteBuffer> flights, Ground ground, Events events) {
    this.flights = flights;
    this.ground = ground;
    this.shelf = ground.shelf();
    this.events = events;
    this.failed = new Lately(ground.clock(), REFRESH_PAUSE);
  }

  /** Fetches an answer, or waits for whoever fetches it already. */
  Answer fetch(Trip trip) throws IOException, InterruptedException {
    if (trip.isForced()) {
      return alone(trip, Reason.NO_CACHE);
    }
    var keyed = trip.lookup().keyed();
    var others = keyed.facts().sources().stream().map(form -> new Slot(keyed.key(), form)).toList();
    for (int i = 0; i < BOARDINGS_MAX && !shelf.expectsNothing(trip.lookup()); i++) {
      var seat = flights.board(trip.lookup().slot(), (i == 0) ? others : List.of(), pilot(trip));
      var answer = answer(trip, seat, null);
      if (answer != null) {
        return answer;
      }
    }
    return alone(trip, shelf.expectsNothing(trip.lookup()) ? Reason.HIT_FOR_MISS : null);
  }

  /**
   * Fetches an answer behind the back of a caller who already has one. Not for a while if that came
   * to nothing: an upstream in trouble is not helped by every hit trying anew.
   */
  void refresh(Trip trip) {
    var slot = trip.lookup().slot();
    if (failed.remembers(slot)) {
      return;
    }
    var fetch = pilot(trip);
    try {
      if (flights.refresh(slot, relay -> refresh(slot, fetch, relay))) {
        events.counts().refreshes.increment();
      }
    } catch (FlightsFullException e) {
      events.tell(() -> new Event.RefreshFailed(slot, e));
    }
  }

  /** Nobody reads what this flight brings, so nobody else would learn that it failed. */
  private void refresh(Slot slot, Fetch fetch, Relay<Landing, ByteBuffer> relay)
      throws IOException, InterruptedException {
    try {
      fetch.fly(relay);
    } catch (IOException | RuntimeException e) {
      events.tell(() -> new Event.RefreshFailed(slot, e));
      throw e;
    } finally {
      if (!fetch.hasKept()) {
        events.counts().refreshesFailed.increment();
        failed.remember(slot);
      }
    }
  }

  /** Returns whether a reply of this size can be taken down. */
  boolean canTakeDown(long bytes) {
    return bytes <= ground.replyBytesMax();
  }

  /** Boards the flights for many items, and departs once for those that have none. */
  List<Seat<Slot, Landing, ByteBuffer>> boardAll(List<Slot> slots, BatchFetch fetch)
      throws FlightsFullException {
    return flights.boardAll(slots, fetch::fly);
  }

  /** Departs for many items, for one caller alone. */
  Seat<Slot, Landing, ByteBuffer> soloAll(List<Slot> slots, BatchFetch fetch)
      throws FlightsFullException {
    return flights.solo(slots.getFirst(), relay -> fetch.fly(slots, relay));
  }

  /** Lets nobody join this flight any more. */
  void retire(Seat<Slot, Landing, ByteBuffer> seat) {
    flights.retire(seat);
  }

  /** Fetches many items anew, as {@link #refresh} does one. */
  void refreshAll(List<Slot> slots, BatchFetch fetch) {
    var due = slots.stream().filter(slot -> !failed.remembers(slot)).toList();
    try {
      if (flights.refreshAll(due, (led, relay) -> refreshAll(led, fetch, relay))) {
        events.counts().refreshes.increment();
      }
    } catch (FlightsFullException e) {
      events.tell(() -> new Event.RefreshFailed(due.getFirst(), e));
    }
  }

  private void refreshAll(List<Slot> slots, BatchFetch fetch, Relay<Landing, ByteBuffer> relay)
      throws IOException, InterruptedException {
    try {
      fetch.fly(slots, relay);
    } catch (IOException | RuntimeException e) {
      events.tell(() -> new Event.RefreshFailed(slots.getFirst(), e));
      throw e;
    } finally {
      var missed = slots.stream().filter(slot -> !fetch.hasBrought(slot)).toList();
      if (!missed.isEmpty()) {
        events.counts().refreshesFailed.increment();
      }
      missed.forEach(failed::remember);
    }
  }

  /** Returns the work of a flight for many items. */
  BatchFetch pilot(Errand errand) {
    return new BatchFetch(ground, errand);
  }

  int inTheAir() {
    return flights.inTheAir();
  }

  Traffic traffic() {
    return flights.traffic();
  }

  /** Returns how much of what is under way lies in memory. */
  long bytes() {
    return ground.memory().taken();
  }

  int passengers(Slot slot) {
    return flights.passengers(slot);
  }

  @Override
  public void close() {
    flights.close();
    ground.fleet().close();
  }

  private Fetch pilot(Trip trip) {
    return new Fetch(ground, trip);
  }

  private Answer alone(Trip trip, @Nullable Reason reason)
      throws IOException, InterruptedException {
    var seat = flights.solo(trip.lookup().slot(), pilot(trip.alone()));
    var answer = answer(trip, seat, reason);
    return Objects.requireNonNull(answer, "who leads can take what his flight brings");
  }

  /** Returns null if the flight brought nothing that this caller can take. */
  private @Nullable Answer answer(
      Trip trip, Seat<Slot, Landing, ByteBuffer> seat, @Nullable Reason reason)
      throws IOException, InterruptedException {
    Answer answer = null;
    try {
      if (!seat.key().equals(trip.lookup().slot())) {
        seat.reader().awaitEnd();
        answer = recorded(shelf.find(trip.lookup()), null);
      } else {
        answer =
            switch (seat.reader().head()) {
              case Live live -> live(trip.lookup(), seat, live, reason);
              case Present present -> recorded(seen(trip, seat, present.sighting()), null);
              case Fallback fallback ->
                  recorded(seen(trip, seat, fallback.sighting()), Reason.UPSTREAM_FAILED);
              case Released released -> null;
              case AllPresent present ->
                  throw new IllegalStateException("items of batches have slots of their own");
            };
      }
      return answer;
    } finally {
      if (answer == null || answer.age() != null) {
        seat.reader().close(); // nobody reads on
      }
    }
  }

  private @Nullable Answer live(
      Lookup lookup, Seat<Slot, Landing, ByteBuffer> seat, Live live, @Nullable Reason reason) {
    if (!seat.led() && !shelf.mayShare(lookup.call(), live)) {
      flights.retire(seat);
      return null;
    }
    var outcome = (seat.led() && live.own()) ? Outcome.FETCHED : Outcome.JOINED;
    return Answer.relayed(outcome, reason, live, new Relayed(seat.reader(), live.bill()));
  }

  /**
   * Who leads has looked already, on his flight. What may be served to others is another matter.
   */
  private Sighting seen(Trip trip, Seat<Slot, Landing, ByteBuffer> seat, Sighting sighting) {
    return seat.led() ? sighting : shelf.look(trip.lookup(), sighting.found());
  }

  /** An answer that was found while a flight was boarded. */
  private static @Nullable Answer recorded(@Nullable Sighting sighting, @Nullable Reason reason) {
    if (sighting == null) {
      return null;
    }
    return switch (sighting.freshness()) {
      case Fresh fresh -> Answer.recorded(Outcome.REPLAYED, reason, sighting);
      case Stale stale ->
          (stale.whileRevalidate() || reason == Reason.UPSTREAM_FAILED)
              ? Answer.recorded(Outcome.STALE, reason, sighting)
              : null;
      case Expired expired -> null;
    };
  }
}
