package dev.refrain.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Connects to the servers behind an address. What it gives does not reconnect by itself. */
@SuppressWarnings("FutureReturnValueIgnored") // of closing: there is nothing left to be done
sealed interface Servers extends AutoCloseable {
  /** How long a server has to accept a connection, and to answer on it for the first time. */
  Duration CONNECT_TIME_MAX = Duration.ofSeconds(1);

  /** Returns a connection for commands about any key. */
  CompletionStage<? extends StatefulConnection<byte[], byte[]>> connect();

  /** Returns a connection to the one server that has this key. */
  CompletionStage<StatefulRedisConnection<byte[], byte[]>> connectTo(byte[] key);

  /** Returns a connection for channels. */
  CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>> connectToChannels();

  @Override
  void close();

  /** Returns the servers behind an address. */
  static Servers at(RedisAddress address) {
    for (var server : address.servers()) {
      server.setTimeout(CONNECT_TIME_MAX);
      server.getSentinels().forEach(sentinel -> sentinel.setTimeout(CONNECT_TIME_MAX));
    }
    return address.isCluster() ? new Cluster(address) : new Single(address);
  }

  /** Returns what can be asked on a connection that {@link #connect} gave. */
  static RedisClusterAsyncCommands<byte[], byte[]> commands(
      StatefulConnection<byte[], byte[]> connection) {
    return switch (connection) {
      case StatefulRedisConnection<byte[], byte[]> single -> single.async();
      case StatefulRedisClusterConnection<byte[], byte[]> cluster -> cluster.async();
      default -> throw new IllegalArgumentException("not for commands: " + connection);
    };
  }

  /** All servers that one connection reaches. */
  record All(StatefulConnection<byte[], byte[]> connection) {
    /** Returns how many keys they have. */
    CompletionStage<Long> size() {
      return commands(connection).dbsize();
    }

    /** Returns what each of them says of itself. */
    CompletionStage<List<String>> info(String section) {
      return (connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster)
          ? cluster.async().upstream().commands().info(section)
          : commands(connection).info(section).thenApply(List::of);
    }
  }

  /** One server, or whichever Sentinel says. */
  final class Single implements Servers {
    private final ClientResources resources = newResources();
    private final RedisClient client = RedisClient.create(resources);
    private final RedisURI server;

    private Single(RedisAddress address) {
      server = address.servers().getFirst();
      client.setOptions(configure(ClientOptions.builder(), address).build());
    }

    /** Sentinels are asked in turn; so that one that hangs is not always first, by lot. */
    private RedisURI server() {
      if (server.getSentinels().isEmpty()) {
        return server;
      }
      var sentinels = new ArrayList<>(server.getSentinels());
      Collections.shuffle(sentinels);
      var shuffled = RedisURI.builder(server).withSentinelMasterId(server.getSentinelMasterId());
      sentinels.forEach(shuffled::withSentinel);
      return shuffled.build();
    }

    @Override
    public CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect() {
      return client.connectAsync(ByteArrayCodec.INSTANCE, server());
    }

    @Override
    public CompletionStage<StatefulRedisConnection<byte[], byte[]>> connectTo(byte[] key) {
      return connect();
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectToChannels() {
      return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, server());
    }

    @Override
    public void close() {
      shutDown(client.shutdownAsync(0, 1, TimeUnit.SECONDS), resources);
    }
  }

  /** A cluster. Its map is read anew for each new connection, for the old one may be why. */
  final class Cluster implements Servers {
    private final ClientResources resources = newResources();
    private final RedisClusterClient cluster;
    private final RedisClient client = RedisClient.create(resources);

    private Cluster(RedisAddress address) {
      cluster = RedisClusterClient.create(resources, address.servers());
      // Single servers are connected to when they are first asked something, which waits for that.
      var options = ClusterClientOptions.builder();
      configure(options, address);
      options.disconnectedBehavior(DisconnectedBehavior.ACCEPT_COMMANDS);
      cluster.setOptions(options.build());
      client.setOptions(configure(ClientOptions.builder(), address).build());
    }

    @Override
    public CompletionStage<StatefulRedisClusterConnection<byte[], byte[]>> connect() {
      return cluster
          .refreshPartitionsAsync()
          .thenCompose(refreshed -> cluster.connectAsync(ByteArrayCodec.INSTANCE));
    }

    @Override
    public CompletionStage<StatefulRedisConnection<byte[], byte[]>> connectTo(byte[] key) {
      return cluster
          .refreshPartitionsAsync()
          .thenCompose(refreshed -> {
            var node = cluster.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
            if (node == null) {
              throw new CompletionException("no server has this key", null);
            }
            return client.connectAsync(ByteArrayCodec.INSTANCE, node.getUri());
          });
    }

    @Override
    public CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>>
        connectToChannels() {
      return cluster
          .refreshPartitionsAsync()
          .thenCompose(refreshed -> cluster.connectPubSubAsync(ByteArrayCodec.INSTANCE));
    }

    @Override
    public void close() {
      var both =
          client
              .shutdownAsync(0, 1, TimeUnit.SECONDS)
              .thenCompose(done -> cluster.shutdownAsync(0, 1, TimeUnit.SECONDS));
      shutDown(both, resources);
    }
  }

  private static ClientResources newResources() {
    int threads = 2; // the fewest that Lettuce takes; they wait for nobody
    return DefaultClientResources.builder()
        .ioThreadPoolSize(threads)
        .computationThreadPoolSize(threads)
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .build();
  }

  private static ClientOptions.Builder configure(
      ClientOptions.Builder options, RedisAddress address) {
    int commandsUnderWayMax = 20_000;
    var authorities = address.authorities();
    if (authorities != null) {
      options.sslOptions(SslOptions.builder().trustManager(authorities.toFile()).build());
    }
    return options
        .autoReconnect(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(commandsUnderWayMax)
        .protocolVersion(ProtocolVersion.RESP2)
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build()) // see Line
        .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIME_MAX).build());
  }

  private static void shutDown(CompletionStage<?> clients, ClientResources resources) {
    clients.whenComplete((done, trouble) -> resources.shutdown(0, 1, TimeUnit.SECONDS));
  }
}
