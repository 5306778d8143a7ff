package dev.refrain;

import dev.refrain.Decision.Bypass;
import dev.refrain.Decision.Lookup;
import dev.refrain.Decision.LookupAll;
import dev.refrain.Fetch.Trip;
import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Shelf.Sighting;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response cache for language models. Thread-safe.
 *
 * <pre>{@code
 * try (var cache = LlmCache.builder()
 *     .dialect(OpenAiChat.DIALECT)
 *     .tier(MemoryTier.ofBytes(256L << 20))
 *     .build()) {
 *   Call call = cache.read(request, Scope.tenant("acme"));
 *   try (Answer answer = cache.answer(call, upstream)) {
 *     byte[] body = answer.readAll();
 *   }
 * }
 * }</pre>
 */
public final class LlmCache implements AutoCloseable {
  /*
   * The way of a call, from the top to the bottom of this file. Decide, then look, then fetch;
   * what each station does stands in its own class.
   */

  private final Calls calls;
  private final Policy policy;
  private final Shelf shelf;
  private final Departures departures;
  private final Batches batches;
  private final Stores stores;
  private final Explainer explainer;
  private final Events events;

  /** What a call comes by on its way. */
  record Stations(Calls calls, Policy policy, Shelf shelf, Departures departures) {}

  /** What is kept, as whoever runs the cache sees it. */
  record Stores(Inventory inventory, Depot depot) {}

  LlmCache(Stations stations, Stores stores, @Nullable NearMisses nearMisses, Events events) {
    this.calls = stations.calls;
    this.policy = stations.policy;
    this.shelf = stations.shelf;
    this.departures = stations.departures;
    this.stores = stores;
    this.batches = new Batches(shelf, departures);
    this.explainer = new Explainer(stations, nearMisses);
    this.events = events;
  }

  /** Returns a builder of caches. */
  public static LlmCacheBuilder builder() {
    return new LlmCacheBuilder();
  }

  /** Returns whether a dialect knows requests by this method to this path. */
  public boolean speaks(String method, String path) {
    return calls.dialectOf(method, path) != null;
  }

  /**
   * Returns the model that is asked for, or nothing if it cannot be told. The request need not be
   * one that is understood, nor all there.
   */
  public String modelOf(Request request) {
    return calls.modelOf(request);
  }

  /** Reads a request on behalf of those who may share its answer. Never fails. */
  public Call read(Request request, Scope scope) {
    return calls.read(request, scope);
  }

  /** Reads a request whose caller's wishes are known, whatever its headers say of them. */
  public Call read(Request request, Scope scope, Wishes wishes) {
    return calls.read(request, scope, wishes);
  }

  /**
   * Answers a call, from the cache or else from upstream. Returns as soon as the head of the answer
   * is known; close it when done.
   *
   * @throws IOException if upstream must be asked, and fails before its reply has begun
   */
  public Answer answer(Call call, Upstream upstream) throws IOException, InterruptedException {
    return told(
        call,
        switch (policy.decide(call)) {
          case Bypass bypass -> bypass(call, upstream, bypass.reason());
          case Lookup lookup -> {
            var served = serve(lookup, shelf.find(lookup), upstream);
            yield (served == null) ? fetch(lookup, upstream) : served;
          }
          case LookupAll all -> batches.answer(all, upstream);
        });
  }

  /**
   * Answers a call if that can be done at once, without waiting for anything, and the answer is not
   * large; otherwise returns null, and {@link #answer} will do it.
   */
  public @Nullable Answer peek(Call call, Upstream upstream) {
    var served =
        switch (policy.decide(call)) {
          case Bypass bypass -> null;
          case Lookup lookup -> serve(lookup, shelf.peek(lookup), upstream);
          case LookupAll all -> batches.peek(all, upstream);
        };
    return (served == null) ? null : told(call, served);
  }

  /**
   * Answers a call as {@link #answer} does, on a thread of its own. Cancelling the future, or
   * completing it in another way, ends the wait, and closes an answer that nobody takes.
   */
  public CompletableFuture<Answer> answerAsync(Call call, Upstream upstream) {
    var future = new CompletableFuture<Answer>();
    var thread =
        Thread.ofVirtual().name("answer").unstarted(() -> complete(future, call, upstream));
    var unused =
        future.whenComplete((answer, failure) -> {
          if (!Thread.currentThread().equals(thread)) {
            thread.interrupt();
          }
        });
    thread.start();
    return future;
  }

  private void complete(CompletableFuture<Answer> future, Call call, Upstream upstream) {
    try {
      var answer = answer(call, upstream);
      if (!future.complete(answer)) {
        answer.close();
      }
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }

  private Answer bypass(Call call, Upstream upstream, Reason reason)
      throws IOException, InterruptedException {
    return call.directives().onlyIfCached()
        ? Answer.refused(calls.dialectOf(call.request().method(), call.request().path()))
        : Answer.passed(Outcome.BYPASSED, reason, upstream.send(call.request()));
  }

  /** Returns null if what lies on the shelf is not to be served to this caller, or not yet. */
  private @Nullable Answer serve(Lookup lookup, @Nullable Sighting sighting, Upstream upstream) {
    if (sighting == null) {
      return null;
    }
    boolean refresh;
    Outcome outcome;
    switch (sighting.freshness()) {
      case Fresh fresh -> {
        refresh = fresh.refreshEarly();
        outcome = Outcome.REPLAYED;
      }
      case Stale stale when stale.whileRevalidate() -> {
        refresh = true;
        outcome = Outcome.STALE;
      }
      case Stale stale -> {
        return null; // it is a fallback at best, should upstream fail
      }
      case Expired expired -> {
        return null;
      }
    }
    if (refresh && !lookup.call().directives().onlyIfCached()) {
      departures.refresh(new Trip(lookup, upstream.unattended(), sighting.recording(), false));
    }
    return Answer.recorded(outcome, null, sighting);
  }

  private Answer fetch(Lookup lookup, Upstream upstream) throws IOException, InterruptedException {
    if (lookup.call().directives().onlyIfCached()) {
      return Answer.refused(lookup.keyed().dialect());
    }
    return departures.fetch(new Trip(lookup, upstream, null, false));
  }

  private Answer told(Call call, Answer answer) {
    Supplier<Event> event =
        () -> new Event.Answered(call, answer.outcome(), answer.status(), answer.reason());
    switch (answer.outcome()) {
      case REPLAYED, STALE -> events.tellOfHit(event);
      case JOINED, FETCHED, BYPASSED, REFUSED -> events.tell(event);
    }
    return answer;
  }

  /**
   * Retires all answers with this tag: when this returns, no later call gets what was begun before.
   *
   * @throws IOException if that holds in this process, but could not be written everywhere
   */
  public void invalidate(String tag) throws IOException, InterruptedException {
    shelf.invalidate(tag);
  }

  /**
   * Retires all answers.
   *
   * @throws IOException if that holds in this process, but could not be written everywhere
   */
  public void invalidateAll() throws IOException, InterruptedException {
    shelf.invalidateAll();
  }

  /**
   * Retires the answer to one key, in all its forms, as {@link #invalidate} does what has a tag.
   *
   * @throws IOException if that holds in this process, but could not be written everywhere
   */
  public void delete(Key key) throws IOException, InterruptedException {
    shelf.invalidate(Tag.key(key));
  }

  /**
   * Returns the keys under which answers to a request may lie: one, or more if several answers or
   * things are asked for; none if it cannot be answered from the cache.
   */
  public List<Key> keys(Request request, Scope scope, Wishes wishes) {
    var alone = new Wishes(wishes.directives(), wishes.namespace(), 1);
    return switch (calls.read(request, scope, alone).meaning()) {
      case Meaning.Unkeyed unkeyed -> List.of();
      case Meaning.Keyed keyed -> Variants.all(keyed.key(), wishes.variants());
      case Meaning.Batch batch ->
          batch.items().stream()
              .map(Meaning.Keyed::key)
              .distinct()
              .flatMap(key -> Variants.all(key, wishes.variants()).stream())
              .toList();
    };
  }

  /**
   * Counts what has any of these tags, and so what {@link #invalidate} would retire. Takes its time
   * where there is much of it.
   *
   * @throws InterruptedException if interrupted meanwhile
   */
  public Census count(Set<String> tags) throws InterruptedException {
    return shelf.count(stamp -> !Collections.disjoint(tags, stamp.tags()));
  }

  /** Counts what {@link #invalidateAll} would retire. */
  public Census countAll() throws InterruptedException {
    return shelf.count(stamp -> true);
  }

  /** Returns what lies in the tiers, for whoever runs this cache. */
  public Inventory inventory() {
    return stores.inventory;
  }

  /** Returns where all that is kept is given out, and what was kept before is taken in. */
  public Depot depot() {
    return stores.depot;
  }

  /** Says why a call is answered from the cache, or why not. Asks nobody, and changes nothing. */
  public Explanation explain(Call call) throws InterruptedException {
    return explainer.explain(call);
  }

  /** Returns how many upstream calls are under way. */
  public int inFlight() {
    return departures.inTheAir();
  }

  /** Returns what has happened, and what is going on. Cheap enough to be asked every second. */
  public CacheFigures figures() {
    var counts = events.counts();
    return new CacheFigures(
        CacheFigures.Air.of(departures.traffic(), departures.bytes()),
        counts.kept.sum(),
        counts.notKept(),
        counts.refreshes.sum(),
        counts.refreshesFailed.sum(),
        counts.invalidations.sum(),
        events.dropped(),
        shelf.figures());
  }

  /** Returns how many wait for, or read, the answer to a call that is under way; for tests. */
  int passengers(Call call) {
    return switch (call.meaning()) {
      case Meaning.Unkeyed unkeyed -> 0;
      case Meaning.Keyed keyed -> departures.passengers(keyed.slot());
      case Meaning.Batch batch -> departures.passengers(batch.items().getFirst().slot());
    };
  }

  /** Ends all calls that are under way, and closes the tiers. */
  @Override
  public void close() {
    departures.close();
    shelf.close();
    events.close();
  }
}
