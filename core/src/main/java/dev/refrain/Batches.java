package dev.refrain;

import dev.refrain.AnswerBody.Relayed;
import dev.refrain.BatchFetch.Errand;
import dev.refrain.Decision.Lookup;
import dev.refrain.Decision.LookupAll;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Landing.Live;
import dev.refrain.Shelf.Sighting;
import dev.refrain.flight.Flights.Seat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers calls that ask for several items at once, each of which is kept by itself. */
final class Batches {
  /*
   * Items that lie in the cache are taken from there; those that others are fetching are waited
   * for; the rest is asked for in one call, which is one flight for all these items. Flights wait
   * for nobody, so callers who wait for each other's flights cannot block each other.
   *
   * Where all of a batch has to be asked for, the request goes upstream as it came, and the reply
   * comes back as it comes. Otherwise nothing is sent before all is there, so whatever goes wrong
   * until then can still be mended by asking for the whole batch as it came: a reply that cannot
   * be taken apart, one that tells of an error in the items, parts that do not fit together. An
   * upstream in trouble is not asked again: its error is the answer, unless there is an old one.
   *
   * Stale items are served where all others can be, too. Who must go upstream anyway asks for
   * these as well, as that costs no further call.
   */

  private static final int BOARDINGS_MAX = 2;

  private final Shelf shelf;
  private final Departures departures;

  Batches(Shelf shelf, Departures departures) {
    this.shelf = shelf;
    this.departures = departures;
  }

  /** Answers if that can be done at once; null says no more than "use {@link #answer}". */
  @Nullable Answer peek(LookupAll all, Upstream upstream) {
    if (all.items().size() == 1) {
      return peekOne(all, all.items().getFirst(), upstream);
    }
    var seen = new HashMap<Slot, Sighting>();
    int bytes = 0;
    for (var lookup : all.items()) {
      var sighting = shelf.peek(lookup);
      bytes += (sighting == null) ? 0 : sighting.recording().chunks().size();
      if (sighting == null || bytes > Shelf.PEEK_BYTES_MAX) {
        return null;
      }
      seen.put(lookup.slot(), sighting);
    }
    return serve(all, seen, upstream);
  }

  /** One item by itself, as most come, is answered as it lies there. */
  private @Nullable Answer peekOne(LookupAll all, Lookup lookup, Upstream upstream) {
    var sighting = shelf.peek(lookup);
    if (sighting == null) {
      return null;
    }
    return (sighting.freshness() instanceof Fresh fresh && !fresh.refreshEarly())
        ? Answer.recorded(Outcome.REPLAYED, null, sighting)
        : serve(all, Map.of(lookup.slot(), sighting), upstream);
  }

  Answer answer(LookupAll all, Upstream upstream) throws IOException, InterruptedException {
    var seen = new HashMap<Slot, Sighting>();
    for (var lookup : all.items()) {
      var sighting = seen.containsKey(lookup.slot()) ? null : shelf.find(lookup);
      if (sighting != null) {
        seen.put(lookup.slot(), sighting);
      }
    }
    var served = serve(all, seen, upstream);
    if (served != null) {
      return served;
    }
    return all.call().directives().onlyIfCached()
        ? Answer.refused(all.items().getFirst().keyed().dialect())
        : fetch(new Gathering(all, seen), upstream);
  }

  /** Returns null if not all of it lies in the cache, to be served to this caller. */
  private @Nullable Answer serve(LookupAll all, Map<Slot, Sighting> seen, Upstream upstream) {
    var answer = new Gathering(all, seen).cached(null, Gathering::mayServe);
    if (answer != null && !all.call().directives().onlyIfCached()) {
      var old = new HashMap<Slot, Recording>();
      seen.forEach((slot, sighting) -> {
        if (!(sighting.freshness() instanceof Fresh fresh) || fresh.refreshEarly()) {
          old.put(slot, sighting.recording());
        }
      });
      if (!old.isEmpty()) {
        var errand = new Errand(all, upstream.unattended(), old, false);
        departures.refreshAll(List.copyOf(old.keySet()), departures.pilot(errand));
      }
    }
    return answer;
  }

  private Answer fetch(Gathering gathering, Upstream upstream)
      throws IOException, InterruptedException {
    if (gathering.all().call().directives().noCache()) {
      return alone(gathering, upstream, Reason.NO_CACHE);
    }
    for (int i = 0; i < BOARDINGS_MAX; i++) {
      var missing = gathering.missing();
      if (missing.isEmpty()) {
        break; // and yet there is no answer: the parts do not fit
      }
      boolean inPart = missing.size() < gathering.all().items().size();
      if (inPart && !departures.canTakeDown(gathering.bytesOf(missing.size()))) {
        break; // such a part could not be put together with the others
      }
      if (missing.stream().anyMatch(shelf::expectsNothing)) {
        return alone(gathering, upstream, Reason.HIT_FOR_MISS);
      }
      var own = departures.pilot(new Errand(gathering.all(), upstream, Map.of(), false));
      var answer = board(gathering, own, missing);
      if (answer != null) {
        return answer;
      }
      if (own.hasFailed()) {
        break; // to ask the same once more would be as vain
      }
    }
    return alone(gathering, upstream, null);
  }

  /** Returns null if the flights have not brought all that this caller can take. */
  private @Nullable Answer board(Gathering gathering, BatchFetch own, List<Lookup> missing)
      throws IOException, InterruptedException {
    var seats = departures.boardAll(missing.stream().map(Lookup::slot).toList(), own);
    var open = new ArrayList<>(seats);
    try {
      for (var seat : seats) {
        var answer = arrive(gathering, own, seat, null);
        if (answer != null) {
          if (answer.whole() == null) {
            open.remove(seat); // it is read on
          }
          return answer;
        }
      }
      return gathering.whole();
    } finally {
      open.forEach(seat -> seat.reader().close());
    }
  }

  /** Asks for the whole batch as it came, and passes the reply on as it comes. */
  private Answer alone(Gathering gathering, Upstream upstream, @Nullable Reason reason)
      throws IOException, InterruptedException {
    var own = departures.pilot(new Errand(gathering.all(), upstream, Map.of(), true));
    var slots = gathering.all().items().stream().map(Lookup::slot).toList();
    var seat = departures.soloAll(slots, own);
    Answer answer = null;
    try {
      answer = Objects.requireNonNull(arrive(gathering, own, seat, reason), "it asks for all");
      return answer;
    } finally {
      if (answer == null || answer.whole() != null) {
        seat.reader().close();
      }
    }
  }

  /** Takes what a flight has brought, or else returns the answer that it makes at once. */
  private @Nullable Answer arrive(
      Gathering gathering,
      BatchFetch own,
      Seat<Slot, Landing, ByteBuffer> seat,
      @Nullable Reason reason)
      throws IOException, InterruptedException {
    Landing landing;
    try {
      landing = seat.reader().head();
    } catch (IOException e) {
      var old = gathering.cached(Reason.UPSTREAM_FAILED, Gathering::mayFallBack);
      if (old == null) {
        throw e;
      }
      return old;
    }
    var live = (landing instanceof Live reply) ? reply : null;
    if (live != null && Fetch.isFailure(live.status())) {
      var old = gathering.cached(Reason.UPSTREAM_FAILED, Gathering::mayFallBack);
      return (old == null) ? relayed(gathering, seat, live, reason) : old;
    }
    if (seat.led()) {
      if (live != null && own.asksAll()) {
        return relayed(gathering, seat, live, reason);
      }
      seat.reader().awaitEnd();
      gathering.take(own, live);
    } else if (live != null && !shelf.mayShare(gathering.all().call(), live)) {
      departures.retire(seat);
    } else {
      seat.reader().awaitEnd();
      find(gathering, seat.keys(), live);
    }
    return null;
  }

  private static Answer relayed(
      Gathering gathering,
      Seat<Slot, Landing, ByteBuffer> seat,
      Live live,
      @Nullable Reason reason) {
    var outcome = seat.led() ? Outcome.FETCHED : Outcome.JOINED;
    var answer = Answer.relayed(outcome, reason, live, new Relayed(seat.reader(), live.bill()));
    return gathering.counted(answer, 0);
  }

  /** Takes what somebody else's flight has left in these slots. */
  private void find(Gathering gathering, List<Slot> slots, @Nullable Live live)
      throws InterruptedException {
    var theirs = Set.copyOf(slots);
    for (var lookup : gathering.missing()) {
      var sighting = theirs.contains(lookup.slot()) ? shelf.find(lookup) : null;
      if (sighting != null && Gathering.mayServe(sighting.freshness())) {
        gathering.take(lookup.slot(), sighting.recording(), live);
      }
    }
  }
}
