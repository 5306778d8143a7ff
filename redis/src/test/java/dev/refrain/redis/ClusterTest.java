package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static dev.refrain.redis.Sample.slot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.fleet.Holder;
import dev.refrain.fleet.Tower.Claim;
import dev.refrain.redis.RedisTallies.Sheet;
import dev.refrain.redis.testing.RedisCluster;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers that are one store. */
@Timeout(60)
final class ClusterTest {
  private static final int ENTRIES = 12;
  private static final Holder HOLDER = new Holder("node-1", "token-1", Form.WHOLE);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Instant UNTIL = Instant.parse("2999-01-31T00:00:00Z");

  @Test
  void allThatIsSharedIsSharedInACluster() throws Exception {
    try (var cluster = RedisCluster.start(2)) {
      var url = cluster.url();
      var servers = cluster.servers();
      try (var one = Node.at(url);
          var other = Node.at(url)) {
        Poll.until("both have joined", () -> one.store.isJoined() && other.store.isJoined());
        Poll.until("all their lines are open", () -> isOpen(one) && isOpen(other));
        for (int i = 0; i < ENTRIES; i++) {
          share(one, other, i);
        }
        for (var server : servers) {
          assertThat(keys(server)).isPositive();
        }
        assertCountsAreShared(one, other);
        one.store.epochs().write("doc:1", "new");
        Poll.until("the other hears", () -> other.epoch("doc:1").equals("new"));
        int all = keys(servers.getFirst()) + keys(servers.getLast());
        Poll.until("all keys are counted", () -> one.store.tier().holdings().entries() == all);
        assertIsSentOnButOnce(cluster, one);
      }
    }
  }

  private static void assertCountsAreShared(Node one, Node other) throws Exception {
    var sheets = new ArrayList<Sheet>();
    for (int i = 0; i < ENTRIES; i++) {
      sheets.add(new Sheet("sheet " + i, UNTIL, Map.of("line", "text " + i), Map.of()));
    }
    one.store.tallies().exchange(sheets);
    var read = other.store.tallies().exchange(sheets);
    assertThat(read).hasSize(ENTRIES).containsEntry("sheet 7", Map.of("line", "text 7"));
  }

  /** Who was sent on once knows the way. */
  private static void assertIsSentOnButOnce(RedisCluster cluster, Node node) throws IOException {
    var from = cluster.servers().getFirst();
    var key = entry(from);
    var keySlot = from.ask("CLUSTER", "KEYSLOT", key).strip().substring(1);
    cluster.move(Integer.parseInt(keySlot), from, cluster.servers().getLast());
    Poll.until("nobody is sent on any more", () -> !isSentOn(node, from));
    assertThat(sentOn(from)).as("how often somebody was").isPositive();
  }

  private static String entry(RedisServer server) throws IOException {
    var keys = server.ask("KEYS", "*:entry:*").lines();
    return keys.filter(line -> line.contains(":entry:")).findFirst().orElse("");
  }

  private static boolean isSentOn(Node node, RedisServer by) {
    try {
      int before = sentOn(by);
      for (int i = 0; i < ENTRIES; i++) {
        node.store.tier().find(slot(i));
      }
      return before == 0 || sentOn(by) > before;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int sentOn(RedisServer by) throws IOException {
    return by.ask("INFO", "errorstats")
        .lines()
        .filter(line -> line.startsWith("errorstat_MOVED:count="))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("[^0-9]", "")))
        .sum();
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

  private static int keys(RedisServer server) throws IOException {
    return Integer.parseInt(server.ask("DBSIZE").strip().substring(1));
  }
}
