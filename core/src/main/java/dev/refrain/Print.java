package dev.refrain;

import java.util.Arrays;

/**
 * What is remembered of a text so that it can be told where another differs from it, and not what
 * it says: hashes of its beginnings, salted.
 *
 * @param length of the text, in characters
 * @param hash of the whole
 * @param beginnings a part of the hash after each step
 */
@SuppressWarnings("ArrayRecordComponent") // compared by hash
record Print(int length, long hash, short[] beginnings) {
  /*
   * The first characters are told apart one by one, those after them in blocks: where a prompt is
   * long, people look for what differs by the block that it is in. A part of a hash is the same by
   * chance once in 65,536 times; then the place is told one step too late.
   */

  private static final int SINGLE_MAX = 2048;
  private static final int BLOCK = 64;
  private static final int STEPS_MAX = 4096;
  private static final long PRIME = 0x100000001b3L;
  private static final int FOLD = 48;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  /** Where a text differs first: from this character on, and at the latest from that. */
  record Place(int from, int to) {}

  static Print of(String text, long salt, int stepsMax) {
    int steps = Math.min(stepsMax, steps(text.length()));
    var beginnings = new short[steps];
    long hash = salt;
    int step = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
      if (step < steps && i + 1 == end(step)) {
        beginnings[step++] = fold(hash);
      }
    }
    return new Print(text.length(), (hash ^ salt) * MIX, beginnings);
  }

  boolean isOf(Print other) {
    return length == other.length && hash == other.hash;
  }

  /** Returns where the other differs first from this. */
  Place firstDifference(Print other) {
    int common = Math.min(beginnings.length, other.beginnings.length);
    int step = Arrays.mismatch(beginnings, 0, common, other.beginnings, 0, common);
    int shorter = Math.min(length, other.length);
    if (step >= 0) {
      return new Place((step == 0) ? 0 : end(step - 1), Math.min(shorter, end(step) - 1));
    }
    int known = (common == 0) ? 0 : end(common - 1);
    return new Place(Math.min(known, shorter), shorter);
  }

  /** Returns where a step ends: behind which character. */
  private static int end(int step) {
    return (step < SINGLE_MAX) ? step + 1 : SINGLE_MAX + (step - SINGLE_MAX + 1) * BLOCK;
  }

  private static int steps(int length) {
    int steps = (length <= SINGLE_MAX) ? length : SINGLE_MAX + (length - SINGLE_MAX) / BLOCK;
    return Math.min(STEPS_MAX, steps);
  }

  private static short fold(long hash) {
    return (short) ((hash * MIX) >>> FOLD);
  }
}
