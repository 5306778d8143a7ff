package dev.refrain.gateway.settings;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses what somebody meant to write. */
final class Nearest {
  private static final int LENGTH_MAX = 100; // of what is worth a guess

  private Nearest() {}

  /** Returns the candidate most like the text, or null if none is like it. */
  static @Nullable String of(String text, Collection<String> candidates) {
    if (text.length() > LENGTH_MAX) {
      return null;
    }
    String plain = plain(text);
    String nearest = null;
    int nearestEdits = 1 + Math.max(1, plain.length() / 3);
    for (var candidate : candidates) {
      int edits = edits(plain, plain(candidate));
      if (edits < nearestEdits) {
        nearest = candidate;
        nearestEdits = edits;
      }
    }
    return nearest;
  }

  /** Returns "did you mean …?" with a comma before it, or nothing. */
  static String hint(String text, Collection<String> candidates) {
    String nearest = of(text, candidates);
    return (nearest == null) ? "" : ", did you mean '" + nearest + "'?";
  }

  /** Leaves out what habits of other programs put in: maxAge, max_age and max-age are alike. */
  private static String plain(String text) {
    return text.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** Counts the letters to put in, take out, change, or swap with their neighbour. */
  private static int edits(String from, String to) {
    int[] before = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && isSwap(from, i, to, j)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      before = last;
      last = row;
    }
    return last[to.length()];
  }

  private static boolean isSwap(String from, int i, String to, int j) {
    return from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
