package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static dev.refrain.redis.Sample.slot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.fleet.Holder;
import dev.refrain.fleet.Tower.Claim;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers that are one store. */
@Timeout(60)
final class ClusterTest {
  private static final int SLOTS = 16_384;
  private static final int ENTRIES = 12;
  private static final Holder HOLDER = new Holder("node-1", "token-1", Form.WHOLE);
  private static final Duration LEASE = Duration.ofSeconds(30);

  @Test
  void allThatIsSharedIsSharedInACluster() throws Exception {
    try (var first = RedisServer.start("--cluster-enabled", "yes");
        var second = RedisServer.start("--cluster-enabled", "yes")) {
      assign(first, 0, SLOTS / 2);
      assign(second, SLOTS / 2, SLOTS);
      first.ask("CLUSTER", "MEET", "127.0.0.1", String.valueOf(second.port()));
      Poll.until("they know each other", () -> isWhole(first) && isWhole(second));
      var url = first.url() + "?cluster";
      try (var one = Node.at(url);
          var other = Node.at(url)) {
        Poll.until("both have joined", () -> one.store.isJoined() && other.store.isJoined());
        Poll.until("all their lines are open", () -> isOpen(one) && isOpen(other));
        for (int i = 0; i < ENTRIES; i++) {
          share(one, other, i);
        }
        assertThat(keys(first)).isPositive();
        assertThat(keys(second)).isPositive();
        one.store.epochs().write("doc:1", "new");
        Poll.until("the other hears", () -> other.epoch("doc:1").equals("new"));
        int all = keys(first) + keys(second);
        Poll.until("all keys are counted", () -> one.store.tier().holdings().entries() == all);
      }
    }
  }

  /** Who has joined may still be dialling for the lines on which leases and frames go. */
  private static boolean isOpen(Node node) {
    var tower = node.store.tower();
    try {
      for (int i = 0; i < ENTRIES; i++) {
        var key = slot(i).key();
        tower.listen(key, HOLDER, frame -> {}).close();
        tower.release(key, HOLDER); // which he does not have
      }
      return true;
    } catch (AwayException e) {
      return false;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void share(Node one, Node other, int number) throws Exception {
    var key = slot(number).key();
    var recording = recording(number, "answer " + number);
    var heard = new CopyOnWriteArrayList<Integer>();
    var tower = one.store.tower();
    assertThat(tower.claim(key, HOLDER, LEASE)).isEqualTo(new Claim.Taken());
    var wire = other.store.tower().listen(key, HOLDER, frame -> heard.add(frame.length));
    tower.append(key, HOLDER, new byte[number], LEASE);
    Poll.until("the frame is heard", () -> heard.contains(number));
    wire.close();
    assertThat(tower.publish(HOLDER, recording)).isTrue();
    tower.release(key, HOLDER);
    assertThat(other.store.tier().find(slot(number)).recording()).isEqualTo(recording);
  }

  private static void assign(RedisServer server, int from, int to) throws IOException {
    var words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
    for (int slot = from; slot < to; slot++) {
      words.add(String.valueOf(slot));
    }
    assertThat(server.ask(words.toArray(String[]::new))).isEqualTo("+OK\r\n");
  }

  private static boolean isWhole(RedisServer server) {
    try {
      var info = server.ask("CLUSTER", "INFO");
      return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int keys(RedisServer server) throws IOException {
    return Integer.parseInt(server.ask("DBSIZE").strip().substring(1));
  }
}
