package dev.refrain.gateway.settings;

import dev.refrain.Lifetime;
import dev.refrain.Reason;
import dev.refrain.Rule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is cached and for how long; in {@code rules} the same settings hold for some calls only. */
final class CacheRows {
  private static final Type<Duration> TIME = Type.duration("0", "36500d");

  private static final Setting<Boolean> ENABLED =
      Setting.of("cache.enabled", Type.truth(), "true", "Whether anything is cached at all");
  static final Setting<Duration> TTL =
      Setting.of("cache.ttl", TIME, "24h", "How long an answer is fresh");
  private static final Setting<Double> JITTER =
      Setting.of(
          "cache.jitter",
          Type.share(),
          "5%",
          "By how much the ttl of single answers differs, so that not all expire at once");
  private static final Setting<Integer> HOT_HITS =
      Setting.of(
          "cache.hot-hits",
          Type.count(1, 1_000_000_000),
          "10",
          "So many hits within hot-window make an answer hot");
  private static final Setting<Duration> HOT_WINDOW =
      Setting.of("cache.hot-window", TIME, "1h", "See hot-hits");
  private static final Setting<Duration> HOT_LIFE =
      Setting.of("cache.hot-life", TIME, "6h", "How long a hot answer is fresh from its last hit");
  static final Setting<Duration> MAX_AGE =
      Setting.of(
          "cache.max-age", TIME, "7d", "Beyond this age nothing is served, whatever happens");
  private static final Setting<Duration> STALE_WHILE_REVALIDATE =
      Setting.of(
          "cache.stale-while-revalidate",
          TIME,
          "1h",
          "How long after its ttl an answer is still served while a new one is fetched");
  private static final Setting<Duration> STALE_IF_ERROR =
      Setting.of(
          "cache.stale-if-error",
          TIME,
          "24h",
          "How long after its ttl an answer is still served if the upstream fails");
  private static final Setting<Double> EARLY_REFRESH =
      Setting.of(
          "cache.early-refresh",
          Type.factor(100),
          "1",
          "How eagerly a hot answer is fetched anew before it expires: 0 never, more is earlier");
  private static final Setting<List<Reason>> FORGIVE =
      Setting.of(
          "cache.forgive",
          Type.listOf(Type.oneOf(forgivable())),
          "",
          "What shall be no reason against caching: any of "
              + forgivable().stream().map(Reason::toString).collect(Collectors.joining(", ")));

  static final Section SECTION =
      new Section(
          "cache",
          "What is cached, and for how long",
          List.of(
              ENABLED,
              TTL,
              JITTER,
              HOT_HITS,
              HOT_WINDOW,
              HOT_LIFE,
              MAX_AGE,
              STALE_WHILE_REVALIDATE,
              STALE_IF_ERROR,
              EARLY_REFRESH,
              FORGIVE));

  private CacheRows() {}

  static Rule rule(Values values) {
    return new Rule(values.get(ENABLED), lifetime(values), Set.copyOf(values.get(FORGIVE)));
  }

  private static Lifetime lifetime(Values values) {
    return new Lifetime(
        values.get(TTL),
        values.get(JITTER),
        values.get(HOT_HITS),
        values.get(HOT_WINDOW),
        values.get(HOT_LIFE),
        values.get(MAX_AGE),
        values.get(STALE_WHILE_REVALIDATE),
        values.get(STALE_IF_ERROR),
        values.get(EARLY_REFRESH));
  }

  /** Warns of a ttl that somebody has set and that will never be reached. */
  static void warnOfCutTtl(Values values, Draft draft) {
    if (values.isGiven(TTL) && values.get(TTL).compareTo(values.get(MAX_AGE)) > 0) {
      draft.warn(
          "%s: a ttl of %s, but max-age ends every answer after %s"
              .formatted(values.origin(TTL), values.text(TTL), values.text(MAX_AGE)));
    }
  }

  private static List<Reason> forgivable() {
    return Arrays.stream(Reason.values()).filter(Reason::forgivable).toList();
  }
}
