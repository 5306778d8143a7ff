package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static dev.refrain.redis.Sample.slot;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Form;
import dev.refrain.Key;
import dev.refrain.fleet.Holder;
import dev.refrain.fleet.Tower;
import dev.refrain.fleet.Tower.Claim;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step, where scripts are allowed and where they are not. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class RedisTowerTest {
  private static final Key KEY = slot(1).key();
  private static final Holder ONE = new Holder("node-1", "token-1", Form.WHOLE);
  private static final Holder OTHER = new Holder("node-2", "token-2", Form.WHOLE);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration KEPT = Duration.ofSeconds(30);

  private RedisServer server;

  private enum Scripts {
    ALLOWED,
    FORBIDDEN
  }

  @BeforeAll
  void startServer() throws Exception {
    server = RedisServer.start();
    server.ask("ACL", "SETUSER", "plain", "on", ">pw", "~*", "&*", "+@all", "-@scripting");
  }

  @AfterAll
  void stopServer() throws Exception {
    server.close();
  }

  private Node open(Scripts scripts) throws IOException {
    server.ask("FLUSHALL");
    var user = (scripts == Scripts.ALLOWED) ? "" : "plain:pw@";
    var node = Node.at(server.url().replace("//", "//" + user));
    Poll.until("it is joined", node.store::isJoined);
    return node;
  }

  @ParameterizedTest
  @EnumSource
  void aLeaseIsOnesUntilItIsReleased(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var tower = node.store.tower();
      assertThat(tower.claim(KEY, ONE, LEASE)).isEqualTo(new Claim.Taken());
      assertThat(tower.claim(KEY, OTHER, LEASE)).isEqualTo(new Claim.Held(ONE));
      assertThat(tower.renew(KEY, OTHER, LEASE)).isFalse();
      assertThat(tower.renew(KEY, ONE, Duration.ofSeconds(90))).isTrue();
      assertThat(server.ask("PTTL", leaseName())).matches(":[89][0-9]{4}\r\n");
      tower.release(KEY, OTHER); // which is not his
      assertThat(tower.claim(KEY, OTHER, LEASE)).isEqualTo(new Claim.Held(ONE));
      tower.release(KEY, ONE);
      assertThat(tower.claim(KEY, OTHER, LEASE)).isEqualTo(new Claim.Taken());
    }
  }

  /** Who has the lease and was not told so, since the reply was lost, asks again. */
  @ParameterizedTest
  @EnumSource
  void aLeaseThatIsAskedForTwiceIsTheSame(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var tower = node.store.tower();
      assertThat(tower.claim(KEY, ONE, LEASE)).isEqualTo(new Claim.Taken());
      assertThat(tower.claim(KEY, ONE, LEASE)).isEqualTo(new Claim.Taken());
    }
  }

  /** What was looked at for one key must not keep a step on another from being done. */
  @ParameterizedTest
  @EnumSource
  void whoseStepIsRefusedDisturbsNoneOfTheNext(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var tower = node.store.tower();
      var another = slot(2).key();
      tower.claim(KEY, ONE, LEASE);
      assertThat(tower.renew(KEY, OTHER, LEASE)).isFalse();
      tower.claim(another, ONE, LEASE);
      for (var name : server.ask("KEYS", "*:lease").split("\r\n", -1)) {
        server.ask("APPEND", name, ""); // which is a change to whoever watches
      }
      assertThat(tower.renew(another, ONE, LEASE)).isTrue();
    }
  }

  private String leaseName() throws IOException {
    var lines = server.ask("KEYS", "*:lease").split("\r\n", -1);
    return lines[2];
  }

  @ParameterizedTest
  @EnumSource
  void aLeaseEndsByItself(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var tower = node.store.tower();
      tower.claim(KEY, ONE, Duration.ofMillis(50));
      Poll.until("it has ended", () -> claim(tower, OTHER).equals(new Claim.Taken()));
      assertThat(tower.renew(KEY, ONE, LEASE)).isFalse();
      assertThat(tower.publish(ONE, recording(1, "late"))).isFalse();
      assertThat(node.store.tier().find(slot(1))).isNull();
    }
  }

  private static Claim claim(Tower tower, Holder holder) {
    try {
      return tower.claim(KEY, holder, LEASE);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTurnedDownIsNobodys(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var tower = node.store.tower();
      tower.claim(KEY, ONE, LEASE);
      tower.turnDown(KEY, OTHER, LEASE);
      assertThat(tower.claim(KEY, OTHER, LEASE)).isEqualTo(new Claim.Held(ONE));
      tower.turnDown(KEY, ONE, LEASE);
      assertThat(tower.claim(KEY, OTHER, LEASE)).isEqualTo(new Claim.TurnedDown());
      assertThat(tower.offer(recording(1, "x"))).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheHolderPublishes(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var tower = node.store.tower();
      var mine = recording(1, "mine");
      tower.claim(KEY, ONE, LEASE);
      assertThat(tower.publish(OTHER, recording(1, "not mine"))).isFalse();
      assertThat(tower.offer(recording(1, "nobody's"))).isFalse();
      assertThat(tower.publish(ONE, mine)).isTrue();
      assertThat(node.store.tier().find(slot(1)).recording()).isEqualTo(mine);
      tower.release(KEY, ONE);
      var later = recording(1, "later");
      assertThat(tower.offer(later)).isTrue();
      assertThat(node.store.tier().find(slot(1)).recording()).isEqualTo(later);
      assertThat(server.ask("PTTL", entryName())).matches(":60[0-9]{7}\r\n"); // nearly 7 days
    }
  }

  private String entryName() throws IOException {
    return server.ask("KEYS", "*:entry:*").split("\r\n", -1)[2];
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPublishedIsDroppedNearOthers(Scripts scripts) throws Exception {
    try (var node = open(scripts);
        var other = Node.at(server.url())) {
      other.near.add(slot(1));
      other.near.add(slot(2));
      node.near.add(slot(1));
      node.store.tower().offer(recording(1, "new"));
      Poll.until("the copy is dropped", () -> !other.near.contains(slot(1)));
      assertThat(other.near).contains(slot(2));
      assertThat(node.near).contains(slot(1)); // it is the new one
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsStoredOrDroppedIsDroppedNearOthers(Scripts scripts) throws Exception {
    try (var node = open(scripts);
        var other = Node.at(server.url())) {
      other.near.add(slot(1));
      other.near.add(slot(2));
      node.store.tier().store(recording(1, "new"));
      node.store.tier().drop(slot(2));
      Poll.until("the copies are dropped", other.near::isEmpty);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nobodyIsToldOfWhatHeNoLongerListensTo(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var one = listen(node, frame -> {});
      var other = listen(node, frame -> {});
      one.close();
      assertThat(server.ask("PUBSUB", "CHANNELS")).contains(":wire:");
      other.close();
      Poll.until("nothing is subscribed to", () -> !channels().contains(":wire:"));
    }
  }

  /** Listens as soon as that is possible: the line may still be dialled. */
  private static Tower.Wire listen(Node node, Consumer<byte[]> listener) {
    var wire = new AtomicReference<Tower.Wire>();
    Poll.until("it listens", () -> listens(node, listener, wire));
    return wire.get();
  }

  private static boolean listens(
      Node node, Consumer<byte[]> listener, AtomicReference<Tower.Wire> wire) {
    try {
      wire.set(node.store.tower().listen(KEY, ONE, listener));
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String channels() {
    try {
      return server.ask("PUBSUB", "CHANNELS");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void framesComeInOrderAndCanBeReadLater(Scripts scripts) throws Exception {
    try (var node = open(scripts);
        var other = Node.at(server.url())) {
      var tower = node.store.tower();
      tower.claim(KEY, ONE, LEASE);
      tower.append(KEY, ONE, bytes("a"), KEPT);
      var heard = new CopyOnWriteArrayList<String>();
      var wire = listen(other, frame -> heard.add(text(frame)));
      tower.append(KEY, ONE, bytes("b"), KEPT);
      tower.append(KEY, ONE, bytes("c"), KEPT);
      tower.tell(KEY, ONE, bytes("told"), KEPT);
      Poll.until("all are heard", () -> heard.equals(List.of("b", "c", "told")));
      var backlog = other.store.tower().read(KEY, ONE, 1);
      assertThat(backlog.held()).isTrue();
      assertThat(backlog.frames()).extracting(RedisTowerTest::text).containsExactly("b", "c");
      wire.close();
      tower.release(KEY, ONE);
      assertThat(tower.read(KEY, ONE, 0).held()).isFalse();
      assertThat(tower.read(KEY, OTHER, 0).frames()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFrameOfAnotherRelayIsNotOpened(Scripts scripts) throws Exception {
    try (var node = open(scripts)) {
      var tower = node.store.tower();
      tower.append(KEY, ONE, bytes("a"), KEPT);
      var relay = server.ask("KEYS", "*:relay:*").split("\r\n", -1)[2];
      server.ask("RENAME", relay, relay.replace("token-1", "token-2"));
      assertThatThrownBy(() -> tower.read(KEY, OTHER, 0)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNodeIsHailedThroughLossesOfConnection(Scripts scripts) throws Exception {
    try (var node = open(scripts);
        var other = Node.at(server.url())) {
      var heard = new CopyOnWriteArrayList<String>();
      other.store.tower().answer("node-1", (hailed, message) -> heard.add(hailed + text(message)));
      server.ask("CLIENT", "KILL", "TYPE", "pubsub");
      Poll.until("it hears again", () -> hails(node, "hello") && !heard.isEmpty());
      assertThat(heard.getFirst()).isEqualTo(new Tower.Hailed(KEY, ONE) + "hello");
    }
  }

  private static boolean hails(Node node, String message) {
    try {
      node.store.tower().hail(KEY, ONE, bytes(message));
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
