package dev.refrain;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many entries there are of a kind, which were not invalidated before.
 *
 * @param entries how many different ones, however many tiers have them
 */
public record Census(long entries, List<Holding> tiers) {
  public Census {
    tiers = List.copyOf(tiers);
  }

  /**
   * What one tier has of them.
   *
   * @param bytes of their replies
   * @param trouble why not all could be counted; null if they could
   */
  public record Holding(String tier, long entries, long bytes, @Nullable String trouble) {}

  /** Returns whether each tier could be counted to its end. */
  public boolean complete() {
    return tiers.stream().allMatch(holding -> holding.trouble() == null);
  }

  /** Counts slots by a number each, which for two slots is the same once in a very long while. */
  static final class Distinct {
    private static final int FIRST_CAPACITY = 1024;

    private long[] numbers = new long[FIRST_CAPACITY];
    private int size;

    void add(Slot slot) {
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * size);
      }
      numbers[size++] = slot.key().second() + 31L * slot.form().name().hashCode();
    }

    long count() {
      Arrays.sort(numbers, 0, size);
      long count = (size == 0) ? 0 : 1;
      for (int i = 1; i < size; i++) {
        count += (numbers[i] == numbers[i - 1]) ? 0 : 1;
      }
      return count;
    }
  }
}
