package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever listens to channels, on one connection, which is told again of all when it is new. */
@SuppressWarnings("FutureReturnValueIgnored") // of what nobody waits for
final class Channels implements AutoCloseable {
  /*
   * "this" guards which channels are subscribed to on which connection. A connection is told of all
   * channels before it is current; who listens from then on tells it himself.
   */

  private static final Logger log = LoggerFactory.getLogger(Channels.class);

  private final Servers servers;
  private final Line<StatefulRedisPubSubConnection<byte[], byte[]>> line;
  private final Pulse pulse;
  private final Map<String, List<Consumer<byte[]>>> listeners = new ConcurrentHashMap<>();
  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;

  Channels(Servers servers) {
    this.servers = servers;
    line = Line.open("line of the channels", this::connect);
    pulse = Pulse.of(() -> line.ask(Pulse.REPLY_TIME_MAX, c -> c.async().ping()));
  }

  private CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>> connect() {
    return servers.connectToChannels().thenApply(this::begin);
  }

  private synchronized StatefulRedisPubSubConnection<byte[], byte[]> begin(
      StatefulRedisPubSubConnection<byte[], byte[]> begun) {
    begun.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(byte[] channel, byte[] message) {
            pass(new String(channel, UTF_8), message);
          }
        });
    for (var channel : listeners.keySet()) {
      begun.async().subscribe(channel.getBytes(UTF_8));
    }
    connection = begun;
    return begun;
  }

  private void pass(String channel, byte[] message) {
    for (var listener : listeners.getOrDefault(channel, List.of())) {
      try {
        listener.accept(message);
      } catch (RuntimeException e) {
        log.warn("A message was not understood", e);
      }
    }
  }

  /** Has a listener given all messages in a channel from now on. */
  Listening listen(byte[] channel, Consumer<byte[]> listener) {
    var name = new String(channel, UTF_8);
    synchronized (this) {
      var others = listeners.computeIfAbsent(name, unused -> new CopyOnWriteArrayList<>());
      others.add(listener);
      CompletionStage<Void> told = null;
      if (connection != null && others.size() == 1) {
        told = connection.async().subscribe(channel);
      }
      return new Listening(name, listener, told);
    }
  }

  private synchronized void leave(String channel, Consumer<byte[]> listener) {
    var others = listeners.get(channel);
    if (others != null && others.remove(listener) && others.isEmpty()) {
      listeners.remove(channel);
      if (connection != null && connection.isOpen()) {
        connection.async().unsubscribe(channel.getBytes(UTF_8));
      }
    }
  }

  /** The right to be given messages. */
  final class Listening implements AutoCloseable {
    private final String channel;
    private final Consumer<byte[]> listener;
    private final @Nullable CompletionStage<Void> told;

    private Listening(
        String channel, Consumer<byte[]> listener, @Nullable CompletionStage<Void> told) {
      this.channel = channel;
      this.listener = listener;
      this.told = told;
    }

    /** Waits until messages come. */
    void await(Duration timeMax) throws IOException, InterruptedException {
      if (told == null) {
        line.current(); // another listens already; or else this says that Redis is away
      } else {
        line.ask(timeMax, unused -> told);
      }
    }

    @Override
    public void close() {
      leave(channel, listener);
    }
  }

  @Override
  public void close() {
    pulse.close();
    line.close();
  }
}
