package dev.refrain.gateway.console;

import dev.refrain.Entry;
import dev.refrain.Form;
import dev.refrain.Key;
import dev.refrain.Slot;
import dev.refrain.gateway.admin.AdminRefusal;
import java.util.Comparator;

/**
 * Where an entry stands in an order: no two stand at the same place.
 *
 * @param value what the order goes by
 */
record Place(long value, Slot slot) {
  private static final int PARTS = 3;
  private static final Comparator<Place> BY_SLOT =
      Comparator.<Place>comparingLong(place -> place.slot.key().first())
          .thenComparingLong(place -> place.slot.key().second())
          .thenComparingLong(place -> place.slot.key().third())
          .thenComparingLong(place -> place.slot.key().fourth())
          .thenComparing(place -> place.slot.form().name());

  static final Comparator<Place> ASCENDING =
      Comparator.comparingLong(Place::value).thenComparing(BY_SLOT);
  static final Comparator<Place> DESCENDING =
      Comparator.comparingLong(Place::value).reversed().thenComparing(BY_SLOT);

  static Place of(Entry entry, Sort sort) {
    return new Place(sort.of(entry), entry.slot());
  }

  /** Reads what {@link #toString} has written. */
  static Place parse(String text) throws AdminRefusal {
    var parts = text.split("\\.", PARTS);
    try {
      if (parts.length == PARTS) {
        var slot = new Slot(Key.parse(parts[1]), new Form(parts[2]));
        return new Place(Long.parseLong(parts[0]), slot);
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw AdminRefusal.badRequest("'after' is what 'next' was in the page before.");
  }

  @Override
  public String toString() {
    return value + "." + slot.key() + "." + slot.form().name();
  }
}
