package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.refrain.Usage;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds in a reply, whatever its dialect and form, how many tokens it cost. Not thread-safe. */
public final class TokenCount {
  /*
   * Looks for the members in which providers count, wherever they stand: a name in quotes, a colon,
   * a number. Within a text no quote stands without a backslash before it, so no text that a model
   * says looks like such a member. Streams repeat the counts as they grow, so the largest is taken.
   *
   * Some replies say nothing of their cost, such as streams whose caller did not ask for it. They
   * are not free: four bytes of the request, and each event or four bytes of the reply, are taken
   * for a token.
   */

  private static final Set<String> TOTALS = Set.of("total_tokens", "totalTokenCount");
  private static final Set<String> INPUTS =
      Set.of(
          "prompt_tokens",
          "input_tokens",
          "cache_creation_input_tokens",
          "cache_read_input_tokens",
          "prompt_eval_count",
          "promptTokenCount");
  private static final Set<String> OUTPUTS =
      Set.of(
          "completion_tokens",
          "output_tokens",
          "eval_count",
          "candidatesTokenCount",
          "thoughtsTokenCount");
  private static final List<byte[]> NAMES =
      Stream.of(TOTALS, INPUTS, OUTPUTS)
          .flatMap(Set::stream)
          .map(name -> name.getBytes(ISO_8859_1))
          .toList();
  private static final int NAME_LENGTH_MAX = 32;
  private static final int BYTES_PER_TOKEN = 4;
  private static final long COUNT_MAX = 1_000_000_000;

  private enum State {
    TEXT,
    AFTER_NAME,
    AFTER_COLON,
    NUMBER
  }

  private final TreeMap<String, Long> counts = new TreeMap<>();
  private final byte[] quoted = new byte[NAME_LENGTH_MAX];
  private State state = State.TEXT;
  private String name = "";
  private int quotedLength = NAME_LENGTH_MAX;
  private long number;
  private long bytes;
  private long events;
  private byte last;

  /** Begins with nothing. */
  public TokenCount() {}

  /** Looks through the next part. */
  public void add(byte[] chunk) {
    bytes += chunk.length;
    for (byte b : chunk) {
      step(b);
    }
  }

  private void step(byte b) {
    switch (state) {
      case TEXT -> {} // as below
      case AFTER_NAME -> {
        if (b == ':') {
          state = State.AFTER_COLON;
          return;
        }
        state = (b == ' ') ? state : State.TEXT;
      }
      case AFTER_COLON -> {
        if (b >= '0' && b <= '9') {
          state = State.NUMBER;
          number = digit(b);
          return;
        }
        state = (b == ' ' || b == '\n' || b == '\r' || b == '\t') ? state : State.TEXT;
      }
      case NUMBER -> {
        if (b >= '0' && b <= '9') {
          number = Math.min(COUNT_MAX, 10 * number + digit(b));
          return;
        }
        endNumber();
      }
    }
    if (b == '"') {
      endQuoted();
    } else if (quotedLength < NAME_LENGTH_MAX) {
      quoted[quotedLength++] = b;
    }
    events += (b == '\n' && last == '\n') ? 1 : 0;
    last = b;
  }

  private static long digit(byte b) {
    return (long) b - '0';
  }

  private void endNumber() {
    counts.merge(name, number, Math::max);
    state = State.TEXT;
  }

  private void endQuoted() {
    if (quotedLength < NAME_LENGTH_MAX && isCount()) {
      name = new String(quoted, 0, quotedLength, ISO_8859_1);
      state = State.AFTER_NAME;
    }
    quotedLength = 0;
  }

  /** Is asked of all that stands in quotes, so it makes no text of it. */
  private boolean isCount() {
    for (var count : NAMES) {
      if (count.length == quotedLength
          && Arrays.equals(count, 0, quotedLength, quoted, 0, quotedLength)) {
        return true;
      }
    }
    return false;
  }

  /** Returns how many tokens the call cost, in and out, as far as the reply says. */
  public Usage usage() {
    if (state == State.NUMBER) {
      endNumber();
    }
    long input = sum(INPUTS);
    long output = sum(OUTPUTS);
    long total = TOTALS.stream().mapToLong(name -> counts.getOrDefault(name, 0L)).max().orElse(0);
    return (input + output + total == 0)
        ? Usage.UNKNOWN
        : new Usage(input, Math.max(output, total - input));
  }

  private long sum(Set<String> names) {
    return names.stream().mapToLong(name -> counts.getOrDefault(name, 0L)).sum();
  }

  /** Returns how many tokens the call cost; one that says nothing is not free. */
  public Usage usage(int requestLength) {
    var usage = usage();
    return usage.equals(Usage.UNKNOWN)
        ? new Usage(
            requestLength / BYTES_PER_TOKEN, (events > 0) ? events : bytes / BYTES_PER_TOKEN)
        : usage;
  }
}
