package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Recording;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.redis.testing.RespProxy;
import dev.refrain.redis.testing.RespProxy.Meddler;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RedisEpochsTest {
  /** The promise is a second, and the machine may be busy. */
  private static final long BUSY_SECOND_NANOS = TimeUnit.SECONDS.toNanos(4);

  private RedisServer server;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void nodesBeginWithTheSameEpochs() {
    try (var one = Node.at(server.url());
        var other = Node.at(server.url())) {
      assertThat(one.epoch("any")).isEqualTo(other.epoch("any")).isNotEqualTo("none");
    }
  }

  @Test
  void anEmptyRedisBeginsAsIfNothingHadBeenRetiredOnlyIfNobodyKnowsBetter() throws Exception {
    try (var first = Node.at(server.url())) {
      assertThat(UUID.fromString(first.epoch("any")).version()).isEqualTo(4); // tells no time
    }
    server.ask("FLUSHALL");
    try (var other = Node.remembering(server.url())) {
      Poll.until("joined", other.store::isJoined);
      assertThat(UUID.fromString(other.epoch("any")).version()).isEqualTo(7); // tells when it began
    }
  }

  @Test
  void whatOneInvalidatesAllHearOf() throws Exception {
    try (var one = Node.at(server.url());
        var other = Node.at(server.url())) {
      one.store.epochs().write("doc:1", "new");
      assertThat(one.epoch("doc:1")).isEqualTo("new");
      Poll.until("the other hears", () -> other.epoch("doc:1").equals("new"));
      assertThat(other.epoch("doc:2")).isEqualTo(one.epoch("doc:2"));
      one.store.epochs().replace(new Snapshot("all new", Map.of()));
      Poll.until("the other hears", () -> other.epoch("doc:1").equals("all new"));
    }
  }

  @Test
  void whoComesLaterKnowsAll() throws Exception {
    try (var one = Node.at(server.url())) {
      one.store.epochs().write("doc:1", "new");
      try (var other = Node.at(server.url())) {
        assertThat(other.epoch("doc:1")).isEqualTo("new");
        assertThat(other.epoch("doc:2")).isEqualTo(one.epoch("doc:2"));
      }
    }
  }

  @Test
  void afterAFlushNothingOldIsValidForLong() throws Exception {
    try (var node = Node.at(server.url())) {
      node.store.epochs().write("doc:1", "new");
      var before = node.epoch("doc:2");
      long began = System.nanoTime();
      server.ask("FLUSHALL");
      Poll.until(
          "a new epoch",
          () -> !node.epoch("doc:1").equals("new") && !node.epoch("doc:2").equals(before));
      assertThat(System.nanoTime() - began).isLessThan(BUSY_SECOND_NANOS);
    }
  }

  @Test
  void afterARestoreNothingIsValidThatWasInvalidatedSince() throws Exception {
    try (var node = Node.at(server.url())) {
      node.store.epochs().write("doc:1", "old");
      server.ask("SAVE");
      node.store.epochs().write("doc:1", "new");
      server.kill();
      server.startAgain();
      Poll.until("a new epoch", () -> !node.epoch("doc:1").matches("old|new"));
    }
  }

  @Test
  void afterALostConnectionItGoesOnWhereItWas() throws Exception {
    try (var node = Node.at(server.url());
        var other = Node.at(server.url())) {
      var before = node.epoch("doc:2");
      int snapshots = node.snapshots.get();
      server.ask("CLIENT", "KILL", "TYPE", "normal");
      // What could not be written at first is made good with another epoch, be it after this one.
      Poll.until(
          "the node hears",
          () -> canWrite(other, "doc:1", "new") && node.epoch("doc:1").equals("new"));
      assertThat(node.epoch("doc:2")).isEqualTo(before);
      assertThat(node.snapshots.get()).isEqualTo(snapshots);
    }
  }

  private static boolean canWrite(Node node, String tag, String epoch) {
    try {
      node.store.epochs().write(tag, epoch);
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** It may have been retired since, and nobody here would know. */
  @Test
  void whoCannotFollowTheHistoryIsServedNothing() throws Exception {
    try (var proxy = RespProxy.before(server.port());
        var node = Node.at(proxy.url())) {
      var recording = Sample.recording(1, "an answer");
      node.store.tier().store(recording);
      assertThat(isFound(node, recording)).isTrue();
      proxy.meddle((connection, reply) -> isNothing(reply) ? List.of() : List.of(reply));
      Poll.until("it is not found", () -> !isFound(node, recording));
      proxy.meddle(Meddler.HONEST);
      Poll.until("it is found again", () -> isFound(node, recording));
    }
  }

  /** That there is no news, as nearly always. */
  private static boolean isNothing(byte[] reply) {
    var text = new String(reply, ISO_8859_1);
    return text.equals("_\r\n") || text.equals("*-1\r\n");
  }

  private static boolean isFound(Node node, Recording recording) {
    try {
      var found = node.store.tier().find(recording.slot());
      return found != null && found.recording().equals(recording);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatCouldNotBeWrittenIsMadeGood() throws Exception {
    try (var node = Node.at(server.url())) {
      server.ask("SAVE");
      node.store.epochs().write("doc:1", "one");
      server.kill();
      assertThatThrownBy(() -> node.store.epochs().write("doc:1", "two"))
          .isInstanceOf(IOException.class);
      server.startAgain();
      Poll.until("an epoch of its own", () -> !node.epoch("doc:1").matches("one|two|none"));
      try (var other = Node.at(server.url())) {
        Poll.until("both agree", () -> other.epoch("doc:1").equals(node.epoch("doc:1")));
      }
    }
  }

  /** All other connections are well, so nothing is read anew. */
  @Test
  void whatWasWrittenOnAConnectionThatWasLostAloneIsMadeGood() throws Exception {
    try (var proxy = RespProxy.before(server.port());
        var node = Node.at(proxy.url())) {
      node.store.epochs().write("doc:1", "one");
      var lost = new AtomicBoolean();
      proxy.meddle((connection, reply) ->
          (isOfWriting(reply) && !lost.getAndSet(true)) ? List.of() : List.of(reply));
      assertThatThrownBy(() -> node.store.epochs().write("doc:1", "two"))
          .isInstanceOf(IOException.class);
      Poll.until("an epoch of its own", () -> !node.epoch("doc:1").matches("one|two"));
    }
  }

  /** What is said of an invalidation: the echo, the place in the log, and one number. */
  private static boolean isOfWriting(byte[] reply) {
    return new String(reply, ISO_8859_1).matches("(?s)\\*3\r\n\\$16\r\n.{16}\r\n\\$.*:\\d\r\n");
  }

  @Test
  void aFleetWithAnotherSecretIsLeftAlone() throws Exception {
    try (var one = Node.at(Node.settings(server.url(), "one"));
        var other = Node.at(Node.settings(server.url(), "other"))) {
      Poll.until("one is joined", one.store::isJoined);
      assertThat(other.store.isJoined()).isFalse();
      assertThatThrownBy(() -> other.store.epochs().write("doc:1", "x"))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void secretsAreExchangedOneNodeAfterTheOther() throws Exception {
    try (var old = Node.at(Node.settings(server.url(), "old"))) {
      old.store.epochs().write("doc:1", "one");
      try (var next = Node.at(Node.settings(server.url(), "new", "old"))) {
        assertThat(next.epoch("doc:1")).isEqualTo("one");
        next.store.epochs().write("doc:1", "two");
        Poll.until("it does not hold here", () -> !old.epoch("doc:1").equals("one"));
      }
    }
  }

  @Test
  void allHaveTheSameKeyForScopes() {
    try (var one = Node.at(server.url());
        var other = Node.at(server.url())) {
      assertThat(one.store.scopeKey()).hasSize(32).isEqualTo(other.store.scopeKey());
    }
  }
}
