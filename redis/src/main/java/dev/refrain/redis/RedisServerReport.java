package dev.refrain.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself.
 *
 * @param product such as {@code Redis} or {@code Valkey}
 * @param version of it
 * @param compatible the version of Redis that it is compatible with
 * @param mode {@code standalone}, {@code cluster} or {@code sentinel}
 * @param memory what it may take
 * @param skew how far its clock is from ours; null if it does not say
 */
public record RedisServerReport(
    String product,
    String version,
    String compatible,
    String mode,
    Memory memory,
    @Nullable Duration skew) {
  private static final long MICROS = 1_000_000;
  private static final Pattern NUMBERS = Pattern.compile("^(\\d{1,6})\\.(\\d{1,6})");

  /**
   * What it may take.
   *
   * @param bytesMax 0 for all there is
   * @param policy which entries it gives up when it is full
   */
  public record Memory(long bytes, long bytesMax, String policy) {
    /** Returns whether it gives something up before it refuses to store more. */
    public boolean evicts() {
      return !policy.equals("noeviction");
    }

    /** Returns whether it gives up only what has a time to live, as answers have. */
    public boolean evictsAnswersOnly() {
      return policy.startsWith("volatile-");
    }
  }

  /** Reads what {@code INFO} says, right now. */
  static RedisServerReport read(String text, InstantSource clock) {
    var said =
        text.lines()
            .map(line -> line.split(":", 2))
            .filter(parts -> parts.length == 2)
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1].strip(), (a, b) -> a));
    var redis = said.getOrDefault("redis_version", "");
    var valkey = said.getOrDefault("valkey_version", "");
    return new RedisServerReport(
        valkey.isEmpty() ? "Redis" : "Valkey",
        valkey.isEmpty() ? redis : valkey,
        redis,
        said.getOrDefault("redis_mode", ""),
        new Memory(
            number(said, "used_memory"),
            number(said, "maxmemory"),
            said.getOrDefault("maxmemory_policy", "")),
        skew(number(said, "server_time_usec"), clock));
  }

  private static @Nullable Duration skew(long micros, InstantSource clock) {
    var theirs = Instant.ofEpochSecond(micros / MICROS, micros % MICROS * 1000);
    return (micros == 0) ? null : Duration.between(theirs, clock.instant()).abs();
  }

  private static long number(Map<String, String> said, String name) {
    var text = said.getOrDefault(name, "");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /** Returns whether it is older than a version of Redis; false where it says none. */
  public boolean isOlderThan(int major, int minor) {
    var numbers = NUMBERS.matcher(compatible);
    if (!numbers.find()) {
      return false;
    }
    int its = Integer.parseInt(numbers.group(1));
    return its < major || (its == major && Integer.parseInt(numbers.group(2)) < minor);
  }
}
