package dev.refrain.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Entry;
import dev.refrain.Form;
import dev.refrain.Key;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SelectionTest {
  private static final long SEED = 1848;

  private static Entry entry(long number, long hits) {
    var slot = new Slot(new Key(number * 0x9E3779B97F4A7C15L, 0, 0, number), Form.WHOLE);
    var stamp = new Stamp(List.of(), List.of());
    var usage = (number % 3 == 0) ? Usage.UNKNOWN : new Usage(number % 7, 2);
    return new Entry(slot, stamp, number % 50, 1, usage, (int) (number % 11), hits);
  }

  private static Wanted wanted(Sort sort, boolean ascending, @Nullable Place after) {
    return new Wanted("", "", "", "", "", new Wanted.Order(sort, ascending, 7), after);
  }

  @ParameterizedTest
  @EnumSource
  void thePagesInARowAreAllInOrder(Sort sort) throws Exception {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < 100; i++) {
      entries.add(entry(i, i % 13));
    }
    for (boolean ascending : new boolean[] {true, false}) {
      var shown = new ArrayList<Entry>();
      @Nullable Place after = null;
      do {
        Collections.shuffle(entries, new Random(SEED));
        var selection = new Selection(wanted(sort, ascending, after));
        entries.forEach(selection::add);
        shown.addAll(selection.entries());
        var next = selection.next();
        after = (next == null) ? null : Place.parse(next.toString());
      } while (after != null);

      assertThat(shown).hasSameSizeAs(entries).containsAll(entries);
      Comparator<Entry> order = Comparator.comparingLong(sort::of);
      assertThat(shown).isSortedAccordingTo(ascending ? order : order.reversed());
    }
  }

  @Test
  void whatLiesInTwoTiersIsShownOnceAtItsBest() {
    var selection = new Selection(wanted(Sort.HITS, false, null));
    selection.add(entry(1, 5));
    selection.add(entry(2, 6));
    selection.add(entry(1, 9));
    selection.add(entry(2, 1));

    assertThat(selection.entries()).extracting(Entry::hits).containsExactly(9L, 6L);
    assertThat(selection.next()).isNull();
  }
}
