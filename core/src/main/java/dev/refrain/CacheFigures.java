package dev.refrain;

import dev.refrain.flight.Traffic;
import java.util.List;
import java.util.Map;

/**
 * What has happened in a cache since it was made, and what is going on in it.
 *
 * @param kept how many replies were kept
 * @param notKept how many were not, by the reason; those that never happened are left out
 * @param refreshes how many flights departed behind the back of a caller who had an answer
 * @param refreshesFailed how many of these came to nothing
 * @param invalidations how many tags were invalidated
 * @param eventsDropped how many events were not told, because listeners were too slow
 * @param tiers near to far
 */
public record CacheFigures(
    Air air,
    long kept,
    Map<Reason, Long> notKept,
    long refreshes,
    long refreshesFailed,
    long invalidations,
    long eventsDropped,
    List<TierFigures> tiers) {
  public CacheFigures {
    notKept = Map.copyOf(notKept);
    tiers = List.copyOf(tiers);
  }

  /**
   * The calls that are under way upstream.
   *
   * @param readers who reads what they bring
   * @param followers those of the readers who came after the first of their flight
   * @param fullest the most followers that one flight has
   * @param bytes how much of what they bring lies in memory for its readers
   */
  public record Air(int flights, int readers, int followers, int fullest, long bytes) {
    static Air of(Traffic traffic, long bytes) {
      return new Air(
          traffic.flights(), traffic.passengers(), traffic.followers(), traffic.fullest(), bytes);
    }
  }

  /**
   * One tier.
   *
   * @param hits how many looks into it have found something; one call may look more than once
   * @param errors how often it was in trouble
   */
  public record TierFigures(String name, long hits, long misses, long errors, Holdings holdings) {}
}
