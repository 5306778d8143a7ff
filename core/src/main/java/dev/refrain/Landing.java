package dev.refrain;

import dev.refrain.Shelf.Sighting;

/** What the readers of a flight are told first. */
sealed interface Landing {
  /**
   * Upstream replies, and its chunks follow.
   *
   * @param shared whether others than the leader may have it, too
   * @param own whether the call was made by this process
   * @param bill what it costs, once that is known
   */
  record Live(
      int status,
      Headers headers,
      boolean shared,
      boolean own,
      Stamp stamp,
      long departedMillis,
      Bill bill)
      implements Landing {}

  /** Meanwhile it lay in the cache. */
  record Present(Sighting sighting) implements Landing {}

  /** Meanwhile all items that were asked for lay in the cache. */
  record AllPresent() implements Landing {}

  /** Upstream failed, but there is still an old answer. */
  record Fallback(Sighting sighting) implements Landing {}

  /** There is nothing to wait for: let everybody depart for himself, or board anew. */
  record Released() implements Landing {}
}
