package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Recording;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.redis.testing.RespProxy;
import dev.refrain.redis.testing.RespProxy.Meddler;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Chance;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replies that are swapped, dropped, sent twice or too late. */
@Timeout(600)
final class ConfusionTest {
  private static final int ENTRIES = 64;
  private static final int READERS = 16;
  private static final int ONE_OF = 1_000;
  private static final int BYTES_MIN = 1_000; // the history is not held up, and reads go on
  private static final Duration REPLY_TIME_MAX = Duration.ofMillis(200);
  private static final long ANSWERS = Campaign.rounds(30_000, 1_000_000);

  @RegisterExtension private final Chance chance = new Chance();

  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();

  @Test
  void noReplyIsTakenForAnother() throws Exception {
    try (var server = RedisServer.start();
        var proxy = RespProxy.before(server.port());
        var node = Node.at(Node.settings(proxy.url()).withReplyTimeMax(REPLY_TIME_MAX))) {
      Poll.until("it is joined", node.store::isJoined);
      var recordings = new ArrayList<Recording>();
      for (int i = 0; i < ENTRIES; i++) {
        recordings.add(recording(i, "answer " + i + " ".repeat(2_000)));
        node.store.tier().store(recordings.getLast());
      }
      proxy.meddle(Meddler.confused(new Random(chance.nextLong()), ONE_OF, BYTES_MIN));
      var readers = new ArrayList<Future<?>>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < READERS; i++) {
          var random = new Random(chance.nextLong());
          readers.add(threads.submit(() -> read(node, recordings, random)));
        }
      }
      for (var reader : readers) {
        reader.get();
      }
      System.out.printf(
          "%d answers were read, %d were wrong, %d replies were strays%n",
          answered.get(), wrong.get(), node.store.strays());
      assertThat(wrong).hasValue(0);
      assertThat(node.store.strays()).as("replies that were strays").isPositive();
      proxy.meddle(Meddler.HONEST);
      Poll.until("all is well again", () -> isFound(node, recordings.getFirst()));
    }
  }

  private Object read(Node node, List<Recording> recordings, Random random)
      throws InterruptedException {
    while (answered.get() < ANSWERS) {
      int number = random.nextInt(ENTRIES);
      if (!isAnswered(node, recordings.get(number))) {
        Thread.sleep(1); // until the line is there again
      }
    }
    return "done";
  }

  private boolean isAnswered(Node node, Recording recording) throws InterruptedException {
    try {
      var found = node.store.tier().find(recording.slot());
      if (found == null) {
        return false;
      }
      answered.incrementAndGet();
      if (!found.recording().equals(recording)) {
        wrong.incrementAndGet();
      }
      return true;
    } catch (IOException e) {
      return false; // a miss
    }
  }

  private static boolean isFound(Node node, Recording recording) {
    try {
      var found = node.store.tier().find(recording.slot());
      return found != null && found.recording().equals(recording);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
