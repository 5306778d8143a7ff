package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static dev.refrain.redis.Sample.slot;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.redis.testing.RedisServer;
import dev.refrain.redis.testing.RespProxy;
import dev.refrain.redis.testing.RespProxy.Meddler;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Redis that is slow, down or not itself. Callers go on without it, and it is used again. */
@Timeout(60)
final class TroubleTest {
  /** Longer than usual, since on a busy machine an honest reply may take the usual time, too. */
  private static final Duration REPLY_TIME_MAX = Duration.ofMillis(250);

  private static final int CALLS = 60;
  private static final long CALL_PAUSE_MILLIS = 25; // so that all calls take longer than the grace
  private static final int WAITS_MAX = 6; // of all calls: a look and a store, now and again
  private static final int CONNECTIONS_MAX = 40;
  private static final long RECOVERY_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  private RedisServer server;
  private RespProxy proxy;
  private Node node;

  private interface Fault {
    void occur() throws Exception;
  }

  @BeforeEach
  void open() throws Exception {
    server = RedisServer.start();
    proxy = RespProxy.before(server.port());
    node = Node.at(Node.settings(proxy.url()).withReplyTimeMax(REPLY_TIME_MAX));
    Poll.until("all is well", this::isWell);
  }

  @AfterEach
  void close() throws Exception {
    node.close();
    proxy.close();
    server.close();
  }

  @Test
  void itAnswersNothing() throws Exception {
    passes(() -> proxy.meddle(Meddler.BLACK_HOLE), () -> proxy.meddle(Meddler.HONEST));
  }

  @Test
  void itCutsAllConnections() throws Exception {
    passes(() -> proxy.refuse(true), () -> proxy.refuse(false));
  }

  @Test
  void itIsSlow() throws Exception {
    passes(() -> proxy.meddle(Meddler.slow(5_000)), () -> proxy.meddle(Meddler.HONEST));
  }

  @Test
  void itHangs() throws Exception {
    passes(server::freeze, server::thaw);
  }

  @Test
  void itIsKilled() throws Exception {
    passes(server::kill, server::startAgain);
  }

  @Test
  void itIsLoading() throws Exception {
    var error = "-LOADING Redis is loading the dataset in memory\r\n".getBytes(UTF_8);
    passes(
        () -> proxy.meddle((connection, reply) -> List.of(error)),
        () -> proxy.meddle(Meddler.HONEST));
  }

  @Test
  void itTakesNoWrites() throws Exception {
    passes(
        () -> server.ask("REPLICAOF", "127.0.0.1", "1"),
        () -> server.ask("REPLICAOF", "NO", "ONE"));
  }

  @Test
  void itHasNoMemory() throws Exception {
    passes(
        () -> server.ask("CONFIG", "SET", "maxmemory", "1"),
        () -> server.ask("CONFIG", "SET", "maxmemory", "0"));
  }

  private void passes(Fault begin, Fault end) throws Exception {
    int connectionsBefore = proxy.connections();
    begin.occur();
    int waits = 0;
    for (int i = 0; i < CALLS; i++) {
      long began = System.nanoTime();
      use(i);
      if (System.nanoTime() - began > REPLY_TIME_MAX.toNanos()) {
        waits++;
      }
      Thread.sleep(CALL_PAUSE_MILLIS);
    }
    assertThat(waits).as("calls that waited").isLessThanOrEqualTo(WAITS_MAX);
    assertThat(proxy.connections() - connectionsBefore).isLessThan(CONNECTIONS_MAX);
    end.occur();
    long ended = System.nanoTime();
    Poll.until("all is well again", this::isWell);
    assertThat(System.nanoTime() - ended).isLessThan(RECOVERY_NANOS_MAX);
  }

  private void use(int number) throws InterruptedException {
    try {
      node.store.tier().find(slot(number));
      node.store.tier().store(recording(number, "an answer"));
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("Redis");
    }
  }

  private boolean isWell() {
    try {
      var recording = recording(1_000, "an answer");
      node.store.tier().store(recording);
      var found = node.store.tier().find(recording.slot());
      node.store.epochs().write("tag", "epoch");
      return found != null && found.recording().equals(recording);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
