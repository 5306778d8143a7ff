package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static dev.refrain.redis.Sample.slot;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.refrain.redis.testing.RedisServer;
import dev.refrain.redis.testing.RespProxy;
import dev.refrain.redis.testing.RespProxy.Meddler;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
  private static final byte[] LOADING =
      "-LOADING Redis is loading the dataset in memory\r\n".getBytes(UTF_8);

  /** What Redis does to a scene of its own, and how that ends. */
  private enum Fault {
    ANSWERS_NOTHING(
        scene -> scene.proxy.meddle(Meddler.BLACK_HOLE),
        scene -> scene.proxy.meddle(Meddler.HONEST)),
    CUTS_ALL_CONNECTIONS(scene -> scene.proxy.refuse(true), scene -> scene.proxy.refuse(false)),
    IS_SLOW(
        scene -> scene.proxy.meddle(Meddler.slow(5_000)),
        scene -> scene.proxy.meddle(Meddler.HONEST)),
    HANGS(scene -> scene.server.freeze(), scene -> scene.server.thaw()),
    IS_KILLED(scene -> scene.server.kill(), scene -> scene.server.startAgain()),
    IS_LOADING(
        scene -> scene.proxy.meddle((connection, reply) -> List.of(LOADING)),
        scene -> scene.proxy.meddle(Meddler.HONEST)),
    TAKES_NO_WRITES(
        scene -> scene.server.ask("REPLICAOF", "127.0.0.1", "1"),
        scene -> scene.server.ask("REPLICAOF", "NO", "ONE")),
    HAS_NO_MEMORY(
        scene -> scene.server.ask("CONFIG", "SET", "maxmemory", "1"),
        scene -> scene.server.ask("CONFIG", "SET", "maxmemory", "0"));

    private final Turn begin;
    private final Turn end;

    Fault(Turn begin, Turn end) {
      this.begin = begin;
      this.end = end;
    }
  }

  private interface Turn {
    void of(Scene scene) throws Exception;
  }

  /** All faults at the same time, each on a stage of its own: most of it is waiting. */
  @Test
  void whateverItDoesCallersGoOnAndItIsUsedAgain() throws Exception {
    var scenes = new EnumMap<Fault, Scene>(Fault.class);
    var passed = new EnumMap<Fault, Future<?>>(Fault.class);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var fault : Fault.values()) {
        scenes.put(fault, Scene.open());
      }
      scenes.forEach((fault, scene) -> passed.put(fault, threads.submit(() -> scene.pass(fault))));
      threads.shutdown();
      passed.forEach((fault, future) ->
          assertThatCode(future::get).as("Redis " + fault).doesNotThrowAnyException());
    } finally {
      for (var scene : scenes.values()) {
        scene.close();
      }
    }
  }

  private record Scene(RedisServer server, RespProxy proxy, Node node) implements AutoCloseable {
    static Scene open() throws Exception {
      var server = RedisServer.start();
      var proxy = RespProxy.before(server.port());
      var node = Node.at(Node.settings(proxy.url()).withReplyTimeMax(REPLY_TIME_MAX));
      var scene = new Scene(server, proxy, node);
      Poll.until("all is well", scene::isWell);
      return scene;
    }

    @Nullable Void pass(Fault fault) throws Exception {
      int connectionsBefore = proxy.connections();
      fault.begin.of(this);
      int waits = 0;
      for (int i = 0; i < CALLS; i++) {
        long began = System.nanoTime();
        use(i);
        waits += (System.nanoTime() - began > REPLY_TIME_MAX.toNanos()) ? 1 : 0;
        Thread.sleep(CALL_PAUSE_MILLIS);
      }
      assertThat(waits).as("calls that waited").isLessThanOrEqualTo(WAITS_MAX);
      assertThat(proxy.connections() - connectionsBefore).isLessThan(CONNECTIONS_MAX);
      fault.end.of(this);
      long ended = System.nanoTime();
      Poll.until("all is well again", this::isWell);
      assertThat(System.nanoTime() - ended).isLessThan(RECOVERY_NANOS_MAX);
      return null;
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

    @Override
    public void close() throws IOException {
      node.close();
      proxy.close();
      server.close();
    }
  }
}
