package dev.refrain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a dialect takes apart what concerns several items at once, and puts it together again. */
public interface Assembly {
  /**
   * Returns a request like this one, for some of its items only.
   *
   * @param places of these items, from 0 on and rising
   */
  Request select(Request request, List<Integer> places);

  /**
   * Takes a reply apart. Returns null if it is not one answer to each of so many items.
   *
   * @param reply that came to a clean end
   */
  @Nullable Parts split(Recording reply, int items);

  /**
   * Puts an answer together, of parts as {@link #split} makes them. Returns null if these cannot be
   * one answer, or are no such parts.
   *
   * @param cost what upstream has just charged for them, all together
   */
  @Nullable Chunks join(List<Chunks> parts, Usage cost);

  /**
   * A reply that was taken apart.
   *
   * @param items for each item, in order, a reply that answers a request for it alone, at no cost
   * @param usage what the reply cost
   */
  record Parts(List<Chunks> items, Usage usage) {
    public Parts {
      items = List.copyOf(items);
    }
  }
}
