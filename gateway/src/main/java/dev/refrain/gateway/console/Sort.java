package dev.refrain.gateway.console;

import dev.refrain.Entry;
import dev.refrain.gateway.admin.AdminRefusal;
import java.util.Arrays;
import java.util.Locale;

/** By what entries are put in order. */
enum Sort {
  /** The longer ago it was born. */
  AGE,
  SIZE,
  HITS,
  /** The tokens that its hits did not cost. */
  SAVED;

  private static final long UNKNOWN = -1;

  static Sort named(String name) throws AdminRefusal {
    for (var sort : values()) {
      if (sort.toString().equals(name)) {
        return sort;
      }
    }
    throw AdminRefusal.badRequest("'sort' is one of " + Arrays.toString(values()) + ".");
  }

  /** Returns what the order goes by. */
  long of(Entry entry) {
    return switch (this) {
      case AGE -> -entry.bornMillis();
      case SIZE -> entry.bytes();
      case HITS -> entry.hits();
      case SAVED -> savedTokens(entry);
    };
  }

  /** Returns what the hits on an entry have saved; -1 if its reply said nothing of its cost. */
  static long savedTokens(Entry entry) {
    var usage = entry.usage();
    boolean known = usage.inputTokens() >= 0 || usage.outputTokens() >= 0;
    long tokens = Math.max(0, usage.inputTokens()) + Math.max(0, usage.outputTokens());
    return known ? entry.hits() * tokens : UNKNOWN;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
