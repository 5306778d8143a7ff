package dev.refrain.gateway.figures;

import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.util.Set;

/** What a call may cost, as far as its request says. */
public final class ExpectedUsage {
  /*
   * As many tokens for the request as a quarter of the characters that are said in it, and for the
   * reply as many as it may have at most. Where a request does not say that, most replies are
   * shorter than what is taken here, and some are longer.
   */

  /** Of a reply whose request sets no limit. */
  static final long OUTPUT_TOKENS = 1_000;

  private static final int CHARACTERS_PER_TOKEN = 4;
  private static final long TOKENS_MAX = 100_000_000;
  private static final Set<String> LIMITS =
      Set.of(
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "max_tokens_to_sample",
          "maxOutputTokens",
          "num_predict");
  private static final Set<String> AROUND_LIMITS =
      Set.of("generationConfig", "generation_config", "options");

  private ExpectedUsage() {}

  /**
   * Returns how many tokens a call may cost.
   *
   * @param choices how many replies are wanted at once
   */
  public static Usage of(byte[] request, int choices) {
    long input = SpokenText.ofRequest(request).length() / CHARACTERS_PER_TOKEN;
    return new Usage(input, Math.min(TOKENS_MAX, Math.max(1, choices) * outputTokens(request)));
  }

  private static long outputTokens(byte[] request) {
    try {
      long limit = limit(Json.parse(request));
      return (limit > 0) ? Math.min(TOKENS_MAX, limit) : OUTPUT_TOKENS;
    } catch (JsonRejected e) { // such as a recording that is to be written down
      return OUTPUT_TOKENS;
    }
  }

  /** Returns the highest that stands there, or nothing above zero. */
  private static long limit(Json json) {
    long limit = 0;
    if (json.is(Kind.OBJECT)) {
      for (var member : json.members()) {
        var name = member.name().text();
        if (LIMITS.contains(name)) {
          limit = Math.max(limit, member.value().asLong(0));
        } else if (AROUND_LIMITS.contains(name)) {
          limit = Math.max(limit, limit(member.value()));
        }
      }
    }
    return limit;
  }
}
