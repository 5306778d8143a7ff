package dev.refrain.redis.testing;

import dev.refrain.testing.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A primary and a replica, and Sentinels that make one of the other if it is gone. */
public final class RedisWithSentinels implements AutoCloseable {
  private static final String NAME = "main";
  private static final int DOWN_MILLIS = 1_500;

  private final RedisServer primary;
  private final RedisServer replica;
  private final List<RedisServer> sentinels = new ArrayList<>();

  private RedisWithSentinels(RedisServer primary, RedisServer replica) {
    this.primary = primary;
    this.replica = replica;
  }

  /** Starts them all, and waits until they know each other. */
  public static RedisWithSentinels start(int sentinels) throws IOException, InterruptedException {
    var primary = RedisServer.start("--repl-diskless-sync-delay", "0");
    var port = String.valueOf(primary.port());
    var replica = RedisServer.start("--replicaof", "127.0.0.1", port);
    var all = new RedisWithSentinels(primary, replica);
    Poll.until("the replica has all", () -> says(replica, "link_status:up", "INFO", "replication"));
    for (int i = 0; i < sentinels; i++) {
      all.sentinels.add(
          RedisServer.startSentinel(
              "sentinel monitor %s 127.0.0.1 %s %d".formatted(NAME, port, sentinels / 2 + 1),
              "sentinel down-after-milliseconds %s %d".formatted(NAME, DOWN_MILLIS),
              "sentinel failover-timeout %s %d".formatted(NAME, 4 * DOWN_MILLIS)));
    }
    for (var sentinel : all.sentinels) {
      var known = "+OK " + sentinels + " usable Sentinels";
      Poll.until("they know each other", () -> says(sentinel, known, "SENTINEL", "CKQUORUM", NAME));
      Poll.until(
          "they know the replica",
          () -> says(sentinel, String.valueOf(replica.port()), "SENTINEL", "REPLICAS", NAME));
    }
    return all;
  }

  private static boolean says(RedisServer server, String part, String... words) {
    try {
      return server.ask(words).contains(part);
    } catch (IOException e) {
      return false; // not there yet
    }
  }

  /** Returns its address, as {@code REDIS_URL} takes it. */
  public String url() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "#" + NAME));
  }

  /** Returns the server that was the first to be primary. */
  public RedisServer primary() {
    return primary;
  }

  /** Returns whether the replica has taken the place of the primary, and is known to have. */
  public boolean isFailedOver() {
    var port = String.valueOf(replica.port());
    return sentinels.stream()
        .allMatch(sentinel -> says(sentinel, port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME));
  }

  /** Returns whether the first primary is a replica of the other by now. */
  public boolean isFirstPrimaryReplica() {
    return says(primary, "role:slave", "INFO", "replication");
  }

  @Override
  public void close() throws IOException {
    for (var sentinel : sentinels) {
      sentinel.close();
    }
    replica.close();
    primary.close();
  }
}
