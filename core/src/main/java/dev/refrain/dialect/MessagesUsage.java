package dev.refrain.dialect;

import dev.refrain.Usage;
import dev.refrain.json.Json;

/**
 * The tokens of a message, as it tells them once or several times: each time from the beginning, so
 * that what is told last counts, and nothing is added up.
 */
final class MessagesUsage {
  private static final long TOKENS_MAX = 1L << 40; // so that no sum overflows

  private long input = -1;
  private long cacheCreation = -1;
  private long cacheRead = -1;
  private long output = -1;

  void read(Json usage) {
    input = latest(input, usage, "input_tokens");
    cacheCreation = latest(cacheCreation, usage, "cache_creation_input_tokens");
    cacheRead = latest(cacheRead, usage, "cache_read_input_tokens");
    output = latest(output, usage, "output_tokens");
  }

  private static long latest(long known, Json usage, String name) {
    long told = Field.of(usage, name).asLong(-1);
    return (told < 0 || told > TOKENS_MAX) ? known : told;
  }

  /**
   * Returns all: what Anthropic calls input leaves out what went into its cache or came from it.
   */
  Usage total() {
    return new Usage(
        (input < 0) ? -1 : input + Math.max(0, cacheCreation) + Math.max(0, cacheRead), output);
  }
}
