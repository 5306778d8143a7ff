package dev.refrain.fleet;

import dev.refrain.LeaderLostException;
import dev.refrain.Outcome;
import dev.refrain.Recording;
import dev.refrain.fleet.Asked.Ending;
import dev.refrain.fleet.Voyage.Kind;
import dev.refrain.flight.FlightFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What always holds (DESIGN, section 12), as far as the fleet can break it. */
final class Law {
  private static final long LEASE_NANOS = Tempo.LEASE.toNanos();
  private static final long SLACK_NANOS = Duration.ofSeconds(2).toNanos();

  /** So long it may take until a failed flight has landed for the whole fleet. */
  private static final long LANDING_NANOS = LEASE_NANOS + SLACK_NANOS;

  private static final int FOLLOWER_QUESTIONS_MAX = 4; // besides looking, and leaving
  private static final long SIDE_BY_SIDE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Voyage voyage;
  private final World world;
  private final Map<LedFlight, Long> doubtful = new HashMap<>(); // since when it is no leader

  Law(Voyage voyage) {
    this.voyage = voyage;
    this.world = voyage.world;
  }

  /** What holds after each step: nobody takes himself for a leader long after he was one. */
  void check() {
    for (var crew : voyage.crews) {
      if (!crew.node.isWell()) {
        continue;
      }
      for (var flight : crew.fleet().flights()) {
        boolean isLeader =
            flight.holder().toString().equals(voyage.redis.get(ModelTower.lease(flight.key())));
        if (isLeader || !flight.holds()) {
          doubtful.remove(flight);
          continue;
        }
        long since = doubtful.computeIfAbsent(flight, found -> world.nanos());
        if (world.nanos() - since > LEASE_NANOS) {
          throw new AssertionError(flight.holder() + " takes itself for the leader");
        }
      }
    }
  }

  /** What is stored is a whole reply, and never takes the place of a newer one. */
  void inspectStored(@Nullable Recording before, Recording after) {
    var generation = generation(text(after));
    assertHolds(
        generation.isWhole() && generation.mayKeep() && generation.text().equals(text(after)),
        "stored: " + text(after) + " of " + generation);
    if (before != null) {
      assertHolds(
          generation(text(before)).number <= generation.number,
          text(before) + " was replaced by " + text(after));
    }
  }

  private static String text(Recording recording) {
    var text = new String(recording.chunks().bytes(), StandardCharsets.UTF_8);
    return text.replace("[", "").replace("]", "");
  }

  private Generation generation(String text) {
    int number = Integer.parseInt(text.substring(0, text.indexOf('/')));
    return voyage.provider.generations().get(number);
  }

  /** What holds of each answer. */
  void judge(Asked asked) {
    if (asked.ending() == Ending.FAILED) {
      assertUpstreamFailed(asked, "a call failed");
      return;
    }
    var text = asked.text();
    if (text.isEmpty()) {
      assertHolds(asked.ending() != Ending.WHOLE, asked + " is nothing, and upstream says more");
      return; // broken, or left, before the first word
    }
    var generation = generation(text);
    assertHolds(generation.ask.equals(asked.ask), asked + " got " + generation);
    assertHolds(generation.text().startsWith(text), asked + " is spliced of " + generation.text());
    if (asked.ending() == Ending.WHOLE) {
      assertHolds(
          generation.isWhole() && generation.text().equals(text),
          asked + " is not the whole of " + generation.text());
    }
    if (asked.ending() == Ending.BROKEN) {
      assertBroken(asked, generation);
    }
    var outcome = asked.outcome();
    assertHolds(outcome != Outcome.REPLAYED || generation.mayKeep(), asked + " was kept");
    assertHolds(outcome != Outcome.JOINED || generation.mayShare(), asked + " was shared");
    boolean isNew = generation.begunNanos >= asked.atNanos && generation.caller == asked.crew.node;
    assertHolds(outcome != Outcome.FETCHED || isNew, asked + " was not fetched for it");
    assertNotInvalidated(asked, generation);
  }

  /** Trouble of the fleet is no trouble of a caller who was told nothing yet. */
  private void assertUpstreamFailed(Asked asked, String what) {
    // For a process that was stopped, a flight may be under way still that has failed long ago.
    long since = asked.atNanos - LANDING_NANOS - asked.crew.node.stoppedNanos();
    boolean failed =
        voyage.provider.generations().stream()
            .filter(generation -> generation.ask.equals(asked.ask))
            .anyMatch(generation -> generation.failedNanos() >= since);
    assertHolds(failed, what + " though upstream did not: " + asked);
  }

  private void assertBroken(Asked asked, Generation generation) {
    boolean isLost =
        asked.failure() instanceof FlightFailedException failed
            && failed.getCause() instanceof LeaderLostException;
    boolean mayBeLost =
        switch (voyage.kind) {
          case CALM, LONG, UNCACHEABLE -> false;
          case STOPPED, KILLED -> generation.caller != asked.crew.node;
          case INVALIDATED, STORM -> true; // a process may follow itself
        };
    if (isLost) {
      assertHolds(mayBeLost, asked + " lost a leader who was well");
    } else {
      assertHolds(generation.failedNanos() > Long.MIN_VALUE, asked + " broke, and not upstream");
    }
  }

  private void assertNotInvalidated(Asked asked, Generation generation) {
    for (var invalidation : voyage.invalidations) {
      boolean isOwn =
          invalidation.by() == asked.crew && invalidation.writtenNanos() < asked.atNanos;
      if (invalidation.tag().equals(asked.tag)
          && (isOwn || invalidation.writtenNanos() < asked.heardNanos)) {
        assertHolds(
            generation.begunNanos > invalidation.begunNanos(),
            asked + " got " + generation + ", begun before " + invalidation);
      }
    }
  }

  /** Returns whether everybody who can have an answer has it, and no flight is under way. */
  boolean isQuiet() {
    return voyage.asked.stream()
            .allMatch(asked -> asked.ending() != Ending.NONE || asked.crew.node.isDead())
        && voyage.crews.stream()
            .allMatch(crew -> crew.node.isDead() || crew.cache().inFlight() == 0);
  }

  /** What holds of the whole voyage. */
  void checkAtTheEnd() {
    for (var asked : voyage.asked) {
      assertHolds(asked.ending() != Ending.NONE || asked.crew.node.isDead(), "no end: " + asked);
    }
    int calls = voyage.provider.generations().size();
    assertHolds(calls <= voyage.asked.size(), "more calls upstream than were asked for");
    boolean isAsked = voyage.asked.stream().anyMatch(asked -> asked.ending() == Ending.WHOLE);
    switch (voyage.kind) {
      case CALM, LONG -> {
        assertHolds(calls == 1, calls + " calls in calm weather");
        assertCheap();
      }
      case STOPPED, KILLED -> {
        boolean isFaulty = voyage.faultNanos() < Long.MAX_VALUE;
        assertHolds(calls <= (isFaulty ? 2 : 1), calls + " calls for one fault");
        if (isFaulty) {
          assertNobodyHung();
        }
      }
      case UNCACHEABLE -> assertSideBySide();
      case INVALIDATED, STORM -> {}
    }
    assertHolds(isAsked || voyage.kind == Kind.STORM || voyage.kind == Kind.KILLED, "no answer");
  }

  /** However long a flight lasts, who follows it asks little, and nobody is told in vain. */
  private void assertCheap() {
    var leader = voyage.provider.generations().getFirst().caller;
    boolean isFollowed = false;
    for (var crew : voyage.crews) {
      int asked = 0;
      for (var word : List.of("claim", "listen", "hail", "read")) {
        asked += crew.cable.questions(word);
      }
      isFollowed |= crew.cable.questions("hail") > 0;
      boolean isCheap = crew.node == leader || asked <= FOLLOWER_QUESTIONS_MAX;
      assertHolds(isCheap, crew.node.name + " asked " + asked + " times");
    }
    for (var crew : voyage.crews) {
      assertHolds(isFollowed || crew.cable.questions("append") == 0, "relayed for nobody");
    }
  }

  /** Who followed a leader that is gone knows it, or is led by another, soon after. */
  private void assertNobodyHung() {
    long fault = voyage.faultNanos();
    long until = fault + LEASE_NANOS + SLACK_NANOS;
    for (var asked : voyage.asked) {
      boolean hung = asked.atNanos < fault && asked.crew.node.isWell() && asked.endNanos() > until;
      boolean isLedAnew =
          voyage.provider.generations().stream()
              .anyMatch(next -> next.begunNanos >= fault && next.begunNanos <= until);
      boolean isOwn = voyage.provider.generations().getFirst().caller == asked.crew.node;
      assertHolds(!hung || isLedAnew || isOwn, asked + " hung");
    }
  }

  private void assertSideBySide() {
    var generations = voyage.provider.generations();
    long known = generations.getFirst().headNanos();
    for (var asked : voyage.asked) {
      long until = Math.max(asked.atNanos, known) + SIDE_BY_SIDE_NANOS;
      boolean departed =
          generations.stream()
              .anyMatch(own ->
                  own.caller == asked.crew.node
                      && own.begunNanos <= until
                      && own.text().startsWith(asked.text()));
      assertHolds(departed, asked + " waited for others");
    }
  }

  private static void assertHolds(boolean condition, String complaint) {
    if (!condition) {
      throw new AssertionError(complaint);
    }
  }
}
