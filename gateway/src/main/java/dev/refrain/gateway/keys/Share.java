package dev.refrain.gateway.keys;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What one gateway has counted of a key in a month, as the others see it.
 *
 * @param life the name of whoever counts, from the start of a process to its end
 * @param beat how often that one has said so
 * @param used what was used; it only grows
 * @param held what the calls under way may cost
 */
record Share(String life, long beat, Usage used, Spending held) {
  /*
   * text = life beat calls hits sent tokens billionths held-tokens held-billionths …
   *
   * What a later version adds stands behind.
   */

  private static final int COUNTS = 8;
  private static final Pattern TEXT =
      Pattern.compile("[\\w-]{1,64}( \\d{1,18}){" + COUNTS + "}( .*)?");
  private static final int TEXT_LENGTH_MAX = 500;
  private static final int NAME_BYTES = 12;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Returns a name that nobody else has. */
  static String newName() {
    var bytes = new byte[NAME_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns what a text says, or null if it is none. */
  static @Nullable Share parse(String text) {
    if (text.length() > TEXT_LENGTH_MAX || !TEXT.matcher(text).matches()) {
      return null;
    }
    var words = text.split(" ", -1);
    var counts = new long[COUNTS];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Long.parseLong(words[1 + i]);
    }
    return new Share(
        words[0],
        counts[0],
        new Usage(counts[1], counts[2], counts[3], new Spending(counts[4], counts[5])),
        new Spending(counts[6], counts[7]));
  }

  String text() {
    var counts =
        LongStream.of(
            beat,
            used.calls(),
            used.hits(),
            used.sent(),
            used.spent().tokens(),
            used.spent().billionths(),
            held.tokens(),
            held.billionths());
    return life + " " + counts.mapToObj(Long::toString).collect(Collectors.joining(" "));
  }

  /** Returns this without what is held. */
  Share settled() {
    return new Share(life, beat, used, Spending.NOTHING);
  }

  boolean isSameBeat(Share other) {
    return life.equals(other.life) && beat == other.beat;
  }
}
