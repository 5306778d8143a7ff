package dev.refrain.redis;

import dev.refrain.tier.Cover;
import java.time.Duration;

/**
 * What a node must know to share a Redis.
 *
 * @param prefix of all names there, so that several fleets may share a server
 * @param cover under which all lies there
 * @param ageMax beyond which no answer is served, and so none is kept
 * @param replyTimeMax how long at most a caller waits for Redis
 */
public record RedisSettings(
    RedisAddress address, String prefix, Cover cover, Duration ageMax, Duration replyTimeMax) {
  private static final Duration AGE_MAX = Duration.ofDays(7);
  private static final Duration REPLY_TIME_MAX = Duration.ofMillis(45);

  /** Returns what fits most, for an address. */
  public static RedisSettings of(RedisAddress address) {
    return new RedisSettings(address, "refrain", Cover.none(), AGE_MAX, REPLY_TIME_MAX);
  }

  /** Returns these settings with another prefix. */
  public RedisSettings withPrefix(String prefix) {
    return new RedisSettings(address, prefix, cover, ageMax, replyTimeMax);
  }

  /** Returns these settings with another cover. */
  public RedisSettings withCover(Cover cover) {
    return new RedisSettings(address, prefix, cover, ageMax, replyTimeMax);
  }

  /** Returns these settings with another age. */
  public RedisSettings withAgeMax(Duration ageMax) {
    return new RedisSettings(address, prefix, cover, ageMax, replyTimeMax);
  }

  /** Returns these settings with another time to wait. */
  public RedisSettings withReplyTimeMax(Duration replyTimeMax) {
    return new RedisSettings(address, prefix, cover, ageMax, replyTimeMax);
  }
}
