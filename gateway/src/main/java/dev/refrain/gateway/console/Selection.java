package dev.refrain.gateway.console;

import dev.refrain.Entry;
import dev.refrain.Slot;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Of all entries that are shown to it, the first few in some order. Not thread-safe. */
final class Selection {
  /*
   * It never holds more than a page and one. An entry that lies in several tiers stands at the best
   * of its places: each tier counts hits of its own.
   */

  private final Wanted wanted;
  private final Comparator<Place> order;
  private final TreeMap<Place, Entry> first;
  private final Map<Slot, Place> places = new HashMap<>();
  private boolean more;

  Selection(Wanted wanted) {
    this.wanted = wanted;
    order = wanted.order().ascending() ? Place.ASCENDING : Place.DESCENDING;
    first = new TreeMap<>(order);
  }

  /** Shows an entry that fits. */
  void add(Entry entry) {
    var place = Place.of(entry, wanted.order().sort());
    if (wanted.after() != null && order.compare(place, wanted.after()) <= 0) {
      return;
    }
    var other = places.get(place.slot());
    if (other != null) {
      if (order.compare(other, place) <= 0) {
        return;
      }
      first.remove(other);
    } else if (first.size() == wanted.order().limit()) {
      more = true;
      if (order.compare(place, first.lastKey()) > 0) {
        return;
      }
      places.remove(first.pollLastEntry().getKey().slot());
    }
    first.put(place, entry);
    places.put(place.slot(), place);
  }

  /** Orders entries as they are wanted. */
  List<Entry> ordered(Collection<Entry> entries) {
    return entries.stream()
        .sorted(Comparator.comparing(entry -> Place.of(entry, wanted.order().sort()), order))
        .toList();
  }

  List<Entry> entries() {
    return List.copyOf(first.values());
  }

  /** Returns after what the next page begins; null if there is none. */
  @Nullable Place next() {
    return more ? first.lastKey() : null;
  }
}
