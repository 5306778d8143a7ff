package dev.refrain;

import java.util.List;
import java.util.Set;

/**
 * A call that was made once, as a log tells of it.
 *
 * @param atMillis when it came, since the epoch
 * @param tookMillis how long upstream took for it, or would have
 * @param keys of its answer; several of a batch, and none if it could not be cached
 * @param objections what spoke against caching it, which other rules may forgive
 * @param kept whether its reply was good enough to be given again
 */
public record PastCall(
    long atMillis,
    long tookMillis,
    List<Key> keys,
    Sort sort,
    Directives directives,
    Set<Reason> objections,
    boolean kept) {
  public PastCall {
    keys = List.copyOf(keys);
    objections = Set.copyOf(objections);
  }

  /** What decides which rule holds for it. */
  public record Sort(String namespace, String model, String path) {}

  /**
   * Returns what is to be known of a call.
   *
   * @param kept whether its reply was good enough to be given again
   */
  public static PastCall of(Call call, long atMillis, long tookMillis, boolean kept) {
    var path = call.request().path();
    return switch (call.meaning()) {
      case Meaning.Unkeyed unkeyed ->
          new PastCall(
              atMillis,
              tookMillis,
              List.of(),
              new Sort(call.namespace(), "", path),
              call.directives(),
              Set.of(unkeyed.reason()),
              kept);
      case Meaning.Known known -> {
        var facts = known.facts();
        yield new PastCall(
            atMillis,
            tookMillis,
            keys(known),
            new Sort(call.namespace(), facts.model(), path),
            call.directives(),
            facts.objections(),
            kept);
      }
    };
  }

  private static List<Key> keys(Meaning.Known known) {
    return switch (known) {
      case Meaning.Keyed keyed -> List.of(keyed.key());
      case Meaning.Batch batch -> batch.items().stream().map(Meaning.Keyed::key).toList();
    };
  }
}
