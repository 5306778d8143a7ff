package dev.refrain;

import dev.refrain.Assembly.Parts;
import dev.refrain.Decision.Lookup;
import dev.refrain.Decision.LookupAll;
import dev.refrain.Fleet.Boarding;
import dev.refrain.Fleet.Boarding.Alone;
import dev.refrain.Fleet.Boarding.Busy;
import dev.refrain.Fleet.Boarding.Landed;
import dev.refrain.Fleet.Boarding.Led;
import dev.refrain.Fleet.Publisher;
import dev.refrain.Fleet.Purpose;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Landing.Released;
import dev.refrain.Shelf.Sighting;
import dev.refrain.flight.Relay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a flight for several items of a batch: look again, ask upstream for what is missing
 * in one call, pass the reply on, take it apart and keep what is good of it.
 */
final class BatchFetch implements Transfer.Taker {
  /*
   * Written by the flight's thread. Whoever has the head from the relay may read what is asked and
   * what was present, and whoever has awaited the end, what was brought: the relay's lock is
   * between them.
   *
   * As with a single call (see Fetch), it looks again since another flight may have landed just
   * now, and its recordings are stored before it leaves the board. Of processes that are asked for
   * the same batch at the same time, one leads, and the others wait until its parts lie where all
   * find them. That holds for batches as they are asked for: to agree on each item would be a lease
   * for each, and thousands of steps before upstream is called.
   */

  private static final int BOARDINGS_MAX = 3; // of the fleet

  /** What is read and written at most to keep what was asked, item by item. */
  private static final long ASKED_BYTES_MAX = 16L << 20;

  private static final Logger log = LoggerFactory.getLogger(BatchFetch.class);

  private final Ground ground;
  private final Shelf shelf;
  private final Errand errand;
  private final List<Wanted> asked = new ArrayList<>();
  private final Map<Slot, Sighting> present = new HashMap<>();
  private final Map<Slot, Recording> brought = new HashMap<>();
  private final Bill bill;
  private Usage cost = Usage.NONE;
  private Publisher publisher;
  private boolean leftToAnother; // process, which fetches the same anew

  /**
   * What a flight departs for.
   *
   * @param seen what the caller has already, where this is to bring newer ones behind his back
   * @param asItCame whether all is to be asked for, whatever lies in the cache
   */
  record Errand(LookupAll all, Upstream upstream, Map<Slot, Recording> seen, boolean asItCame) {}

  /** An item to ask for, its place in the batch, and the stamp that its recording will have. */
  private record Wanted(Lookup lookup, int place, Stamp stamp) {
    Slot slot() {
      return lookup.slot();
    }
  }

  BatchFetch(Ground ground, Errand errand) {
    this.ground = ground;
    this.shelf = ground.shelf();
    this.errand = errand;
    this.bill = new Bill(errand.upstream);
    this.publisher = ground.fleet().publisher();
  }

  /** Flies for those of the batch's items that lie in these slots. */
  void fly(List<Slot> slots, Relay<Landing, ByteBuffer> relay)
      throws IOException, InterruptedException {
    var boarding = board();
    for (int i = 1; boarding instanceof Landed && i < BOARDINGS_MAX; i++) {
      lookAgain(slots);
      if (isAllPresent(relay)) {
        return;
      }
      boarding = board();
    }
    if (boarding instanceof Led(var lease)) {
      try (lease) {
        lead(slots, relay, new Leading(lease, ground.fleet().publisher()));
      }
    } else if (boarding instanceof Busy && !errand.seen.isEmpty()) {
      leftToAnother = true;
      relay.open(new Released());
    } else {
      lead(slots, relay, ground.fleet().publisher());
    }
  }

  private Boarding board() throws InterruptedException {
    return errand.asItCame
        ? new Alone(ground.fleet().publisher())
        : ground.fleet().board(boarding());
  }

  /** All who are asked for the same, whatever of it they know already, agree on this. */
  private Fleet.Errand boarding() {
    var digest = Digest.begin();
    for (var item : errand.all.items()) {
      digest.part(item.slot().key().toString());
    }
    var form = errand.all.items().getFirst().slot().form();
    var purpose = errand.seen.isEmpty() ? Purpose.AWAIT : Purpose.LEAD;
    return new Fleet.Errand(new Slot(digest.key(), form), List.of(), purpose);
  }

  /**
   * Stores in the places of the items, over what lies there, as long as the batch is led: nobody
   * else asks for them in this way then.
   */
  private record Leading(Fleet.Lease lease, Publisher otherwise) implements Publisher {
    @Override
    public boolean publish(Tier shared, Recording recording)
        throws IOException, InterruptedException {
      return lease.holds()
          ? DIRECT.publish(shared, recording)
          : otherwise.publish(shared, recording);
    }
  }

  private void lead(List<Slot> slots, Relay<Landing, ByteBuffer> relay, Publisher publisher)
      throws IOException, InterruptedException {
    this.publisher = publisher;
    lookAgain(slots);
    if (isAllPresent(relay)) {
      return;
    }
    var first = asked.getFirst().lookup;
    var stamp = shelf.stamp(first, null);
    var ttl = errand.all.call().directives().ttl();
    var bytesMax = ground.replyBytesMax();
    var recorder = new Recorder(first.slot(), stamp, ground.clock().millis(), bytesMax, ttl);
    try (var reply = errand.upstream.send(Fetch.unencoded(request()))) {
      new Transfer(first.keyed(), ground, recorder, relay, this).pass(reply);
    }
  }

  private boolean isAllPresent(Relay<Landing, ByteBuffer> relay) {
    if (asked.isEmpty()) {
      relay.open(new Landing.AllPresent());
    }
    return asked.isEmpty();
  }

  private void lookAgain(List<Slot> slots) throws InterruptedException {
    asked.clear();
    var missing = new HashSet<>(slots);
    var items = errand.all.items();
    for (int place = 0; place < items.size(); place++) {
      var lookup = items.get(place);
      if (!missing.remove(lookup.slot()) && !errand.asItCame) {
        continue; // it is not for this flight, or the same as an item before
      }
      var known = present.get(lookup.slot());
      var sighting = (known == null) ? shelf.lookAgain(lookup) : known;
      if (sighting != null && isGoodEnough(sighting)) {
        present.put(lookup.slot(), sighting);
      } else {
        asked.add(new Wanted(lookup, place, shelf.stamp(lookup, sighting)));
      }
    }
  }

  private boolean isGoodEnough(Sighting sighting) {
    return !errand.asItCame
        && sighting.freshness() instanceof Fresh
        && Fetch.isNews(sighting, errand.seen.get(sighting.recording().slot()));
  }

  private Request request() {
    var request = errand.all.call().request();
    return asksAll()
        ? request
        : errand.all.assembly().select(request, asked.stream().map(Wanted::place).toList());
  }

  /** Each item is taken out of the whole request, which is too much work where that is large. */
  private boolean canKeepRequests() {
    return (long) asked.size() * errand.all.call().request().body().length <= ASKED_BYTES_MAX;
  }

  /** Returns a request for one item alone. */
  private Request request(Wanted wanted) {
    var request = errand.all.call().request();
    return errand.all.assembly().select(request, List.of(wanted.place));
  }

  /** Returns whether upstream is asked for the whole batch, as the caller sent it. */
  boolean asksAll() {
    return asked.size() == errand.all.items().size();
  }

  /** Returns, after the flight, whether upstream has left something unanswered. */
  boolean hasFailed() {
    return asked.stream().anyMatch(wanted -> !hasBrought(wanted.slot()));
  }

  /** Returns what was found when it looked again. */
  Map<Slot, Sighting> present() {
    return present;
  }

  /** Returns what upstream sent, and was kept. */
  Map<Slot, Recording> brought() {
    return brought;
  }

  /** Returns whether this was brought, or is being so by another process. */
  boolean hasBrought(Slot slot) {
    return leftToAnother || brought.containsKey(slot);
  }

  /** Returns what upstream charged. */
  Usage cost() {
    return cost;
  }

  @Override
  public void keep(Recording reply) throws InterruptedException {
    var parts = split(reply);
    if (parts == null) {
      turnDown(Reason.INVALID_JSON);
      return;
    }
    cost = parts.usage();
    bill.settle(new Cost(cost, reply.tookMillis()));
    boolean isForced = errand.all.call().directives().noCache();
    var each = (asked.size() == 1) ? cost : Usage.UNKNOWN;
    for (int i = 0; i < asked.size(); i++) {
      var wanted = asked.get(i);
      var part = reply.part(wanted.slot(), wanted.stamp, parts.items().get(i), each);
      var whole =
          canKeepRequests()
              ? ground.asKept(part, wanted.lookup.keyed(), () -> request(wanted))
              : part;
      if (shelf.keep(wanted.lookup, whole, isForced, new Bill(errand.upstream), publisher)
          == null) {
        brought.put(wanted.slot(), part);
      }
    }
  }

  /** The leader may have the reply by now, so a dialect with a bug must make no error of it. */
  private @Nullable Parts split(Recording reply) {
    try {
      return errand.all.assembly().split(reply, asked.size());
    } catch (RuntimeException e) {
      log.warn("A reply to a batch could not be taken apart, and is not kept", e);
      return null;
    }
  }

  @Override
  public Bill bill() {
    return bill;
  }

  @Override
  public void turnDown(Reason reason) {
    asked.forEach(wanted -> shelf.turnDown(wanted.lookup, reason));
    if (publisher instanceof Leading leading && reason.kind() == Reason.Kind.REPLY) {
      leading.lease.turnDown();
    }
  }
}
