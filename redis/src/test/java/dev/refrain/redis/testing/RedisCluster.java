package dev.refrain.redis.testing;

import dev.refrain.testing.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Servers that are one store, and one that takes the place of the first if that is gone. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;
  private static final int DOWN_MILLIS = 1_500;

  private final List<RedisServer> servers = new ArrayList<>();
  private @Nullable RedisServer replica;

  private RedisCluster() {}

  /** Starts so many servers. */
  public static RedisCluster start(int count) throws IOException, InterruptedException {
    var cluster = new RedisCluster();
    for (int i = 0; i < count; i++) {
      var server = cluster.startOne();
      cluster.servers.add(server);
      var slots = IntStream.range(SLOTS * i / count, SLOTS * (i + 1) / count);
      var words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      slots.mapToObj(String::valueOf).forEach(words::add);
      require(server, words);
      require(server, List.of("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1)));
      cluster.introduce(server);
    }
    for (var server : cluster.servers) {
      Poll.until("they know each other", () -> knows(server, count));
    }
    return cluster;
  }

  private RedisServer startOne() throws IOException, InterruptedException {
    var downMillis = String.valueOf(DOWN_MILLIS);
    return RedisServer.start(
        "--cluster-enabled", "yes",
        "--cluster-node-timeout", downMillis,
        "--repl-diskless-sync-delay", "0");
  }

  private void introduce(RedisServer server) throws IOException {
    var port = String.valueOf(servers.getFirst().port());
    require(server, List.of("CLUSTER", "MEET", "127.0.0.1", port));
  }

  private static void require(RedisServer server, List<String> words) throws IOException {
    var said = server.ask(words.toArray(String[]::new));
    if (!said.startsWith("+OK")) {
      throw new IOException(words.subList(0, 2) + ": " + said);
    }
  }

  private static boolean knows(RedisServer server, int others) {
    try {
      var info = server.ask("CLUSTER", "INFO");
      return info.contains("cluster_state:ok")
          && info.contains("cluster_slots_ok:" + SLOTS)
          && info.contains("cluster_known_nodes:" + others);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Adds a replica of the first server. */
  public void addReplica() throws IOException, InterruptedException {
    var added = startOne();
    replica = added;
    introduce(added);
    Poll.until("it is known", () -> servers.stream().allMatch(s -> knows(s, servers.size() + 1)));
    var first = servers.getFirst().ask("CLUSTER", "MYID").lines().skip(1).findFirst().orElseThrow();
    Poll.until("it knows the first", () -> obeys(added, first));
    Poll.until("it has all", () -> replication(added).contains("link_status:up"));
  }

  private static boolean obeys(RedisServer server, String master) {
    try {
      return server.ask("CLUSTER", "REPLICATE", master).startsWith("+OK");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String replication(RedisServer server) {
    try {
      return server.ask("INFO", "replication");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns whether the replica has taken the place of the first server. */
  public boolean isFailedOver() {
    return replica != null && replication(replica).contains("role:master");
  }

  /** Returns the servers, without the replica. */
  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /** Forgets what lies in a slot, and moves it from its server to another one. */
  public void move(int slot, RedisServer from, RedisServer to) throws IOException {
    var inSlot = from.ask("CLUSTER", "GETKEYSINSLOT", String.valueOf(slot), "100");
    for (var key : inSlot.lines().filter(line -> line.contains("{")).toList()) {
      from.ask("DEL", key);
    }
    var id = to.ask("CLUSTER", "MYID").lines().skip(1).findFirst().orElseThrow();
    for (var server : servers) {
      require(server, List.of("CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", id));
    }
  }

  /** Returns its address, as {@code REDIS_URL} takes it. */
  public String url() {
    return servers.stream()
        .map(server -> "127.0.0.1:" + server.port())
        .collect(Collectors.joining(",", "redis://", "?cluster"));
  }

  @Override
  public void close() throws IOException {
    for (var server : servers) {
      server.close();
    }
    if (replica != null) {
      replica.close();
    }
  }
}
