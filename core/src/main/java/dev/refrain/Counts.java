package dev.refrain;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens. Thread-safe. */
final class Counts {
  final LongAdder kept = new LongAdder();
  final LongAdder refreshes = new LongAdder();
  final LongAdder refreshesFailed = new LongAdder();
  final LongAdder invalidations = new LongAdder();
  private final LongAdder[] notKept = new LongAdder[Reason.values().length];

  Counts() {
    for (int i = 0; i < notKept.length; i++) {
      notKept[i] = new LongAdder();
    }
  }

  @SuppressWarnings("EnumOrdinal") // an index of this run
  void notKept(Reason reason) {
    notKept[reason.ordinal()].increment();
  }

  @SuppressWarnings("EnumOrdinal")
  Map<Reason, Long> notKept() {
    var counts = new EnumMap<Reason, Long>(Reason.class);
    for (var reason : Reason.values()) {
      long count = notKept[reason.ordinal()].sum();
      if (count > 0) {
        counts.put(reason, count);
      }
    }
    return counts;
  }
}
