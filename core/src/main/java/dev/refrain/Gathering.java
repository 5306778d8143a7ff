package dev.refrain;

import dev.refrain.Answer.Age;
import dev.refrain.Answer.Share;
import dev.refrain.AnswerBody.Recorded;
import dev.refrain.Decision.Lookup;
import dev.refrain.Decision.LookupAll;
import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Shelf.Sighting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one caller has of a batch so far, and the answer made of it. For one thread. */
final class Gathering {
  private static final Logger log = LoggerFactory.getLogger(Gathering.class);

  /** They tell of the reply to a part of the batch, and not of the answer to all of it. */
  private static final Set<String> OF_THE_BODY =
      Set.of("content-length", "content-md5", "content-digest", "digest", "etag", "repr-digest");

  private final LookupAll all;
  private final Map<Slot, Sighting> seen; // whatever its freshness
  private final Map<Slot, Recording> brought = new HashMap<>(); // not from the cache
  private Usage cost = Usage.NONE;
  private final Set<Upstream> payers = new LinkedHashSet<>();
  private Landing.@Nullable Live own;

  /**
   * Begins with what lies in the cache.
   *
   * @param seen by slot; none where nothing lies there
   */
  Gathering(LookupAll all, Map<Slot, Sighting> seen) {
    this.all = all;
    this.seen = new HashMap<>(seen);
  }

  LookupAll all() {
    return all;
  }

  /** Returns what is neither fresh in the cache nor was brought, each once, in order. */
  List<Lookup> missing() {
    var slots = new HashMap<Slot, Lookup>();
    var missing = new ArrayList<Lookup>();
    for (var lookup : all.items()) {
      var slot = lookup.slot();
      if (!brought.containsKey(slot)
          && !isFresh(seen.get(slot))
          && slots.put(slot, lookup) == null) {
        missing.add(lookup);
      }
    }
    return missing;
  }

  /** Returns about how large a reply to so many items is, by those that are known. */
  long bytesOf(int items) {
    long bytes = 0;
    for (var sighting : seen.values()) {
      bytes += sighting.recording().chunks().size();
    }
    return seen.isEmpty() ? 0 : bytes / seen.size() * items;
  }

  private static boolean isFresh(@Nullable Sighting sighting) {
    return sighting != null && sighting.freshness() instanceof Fresh;
  }

  /** Takes what a flight of this caller's own has brought. */
  void take(BatchFetch fetch, Landing.@Nullable Live live) {
    seen.putAll(fetch.present());
    brought.putAll(fetch.brought());
    cost = cost.plus(fetch.cost());
    if (live != null) {
      own = live;
      payers.add(live.bill().payer());
    }
  }

  /** Takes what somebody else's flight has brought. */
  void take(Slot slot, Recording recording, Landing.@Nullable Live live) {
    brought.put(slot, recording);
    if (live != null) {
      payers.add(live.bill().payer());
    }
  }

  /**
   * Returns an answer from the cache alone, or null if it has not all of it, or not as this caller
   * wants it.
   */
  @Nullable Answer cached(@Nullable Reason reason, Predicate<Freshness> wanted) {
    var sightings = new ArrayList<Sighting>(all.items().size());
    for (var lookup : all.items()) {
      var sighting = seen.get(lookup.slot());
      if (sighting == null || !wanted.test(sighting.freshness())) {
        return null;
      }
      sightings.add(sighting);
    }
    boolean fresh = sightings.stream().allMatch(Gathering::isFresh);
    var outcome = fresh ? Outcome.REPLAYED : Outcome.STALE;
    var first = sightings.getFirst();
    if (sightings.size() == 1) {
      return Answer.recorded(outcome, reason, first);
    }
    var body = join(sightings.stream().map(Sighting::recording).toList());
    if (body == null) {
      return null;
    }
    sightings.forEach(Sighting::countHit);
    var headers = first.recording().headers();
    var all =
        new Recorded(body, cost(sightings.stream().map(Sighting::recording).toList()), List.of());
    return counted(Answer.joined(outcome, reason, headers, all, age(sightings)), sightings.size());
  }

  /**
   * Items may be served at once: fresh ones, and those that may be stale while they are fetched.
   */
  static boolean mayServe(Freshness freshness) {
    return switch (freshness) {
      case Fresh fresh -> true;
      case Stale stale -> stale.whileRevalidate();
      case Expired expired -> false;
    };
  }

  /** Items may be served if upstream fails. */
  static boolean mayFallBack(Freshness freshness) {
    return switch (freshness) {
      case Fresh fresh -> true;
      case Stale stale -> stale.ifError();
      case Expired expired -> false;
    };
  }

  /** An answer is as old as the oldest part of it, and fresh as long as all of it is. */
  private static Age age(List<Sighting> sightings) {
    long age = 0;
    long left = Long.MAX_VALUE;
    var etags = Digest.begin();
    for (var sighting : sightings) {
      age = Math.max(age, sighting.ageMillis());
      left = Math.min(left, sighting.leftMillis());
      etags.part(sighting.recording().etag());
    }
    return new Age(age, left, '"' + etags.key().toString() + '"');
  }

  /** Returns the answer, or null if something is missing still, or the parts do not fit. */
  @Nullable Answer whole() {
    if (brought.isEmpty()) {
      return cached(null, freshness -> freshness instanceof Fresh);
    }
    if (!missing().isEmpty()) {
      return null;
    }
    var recordings = all.items().stream().map(lookup -> recording(lookup.slot())).toList();
    var body = join(recordings);
    if (body == null) {
      return null;
    }
    var outcome = (own == null) ? Outcome.JOINED : Outcome.FETCHED;
    var headers =
        (own == null) ? recordings.getFirst().headers() : own.headers().without(OF_THE_BODY);
    int known =
        (int) all.items().stream().filter(item -> !brought.containsKey(item.slot())).count();
    var all = new Recorded(body, cost(recordings), List.copyOf(payers));
    return counted(Answer.joined(outcome, null, headers, all, null), known);
  }

  private static Cost cost(List<Recording> recordings) {
    return recordings.stream().map(Cost::of).reduce(Cost::beside).orElse(Cost.UNKNOWN);
  }

  private Recording recording(Slot slot) {
    var recording = brought.get(slot);
    return (recording == null) ? Objects.requireNonNull(seen.get(slot)).recording() : recording;
  }

  /** A dialect with a bug must not turn what is there into an error. */
  private @Nullable Chunks join(List<Recording> recordings) {
    try {
      return all.assembly().join(recordings.stream().map(Recording::chunks).toList(), cost);
    } catch (RuntimeException e) {
      log.warn("The parts of a batch could not be put together", e);
      return null;
    }
  }

  /** Returns the answer with how much of the batch was known, if it is one of several items. */
  Answer counted(Answer answer, int known) {
    int items = all.items().size();
    return (items == 1) ? answer : answer.of(new Share(known, items));
  }
}
