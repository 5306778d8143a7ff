package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static dev.refrain.redis.Sample.slot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.redis.testing.RedisServer;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What many ask goes out together, and all of it goes out. */
@Timeout(60)
final class OutboxTest {
  private static final int CALLERS = 100;
  private static final int LOOKS = 20;

  @Test
  void everybodyIsAnsweredHoweverManyAsk() throws Exception {
    try (var server = RedisServer.start();
        var node = Node.at(server.url());
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var tier = node.store.tier();
      var asked = new ArrayList<Future<Boolean>>();
      for (int caller = 0; caller < CALLERS; caller++) {
        var own = recording(caller, "of caller " + caller);
        asked.add(
            callers.submit(() -> {
              boolean all = true;
              for (int look = 0; look < LOOKS; look++) {
                tier.store(own);
                all &= Objects.requireNonNull(tier.find(own.slot())).recording().equals(own);
              }
              return all;
            }));
      }
      for (var one : asked) {
        assertThat(one.get()).isTrue(); // who were not sent would throw when his time is over
      }
      assertThat(tier.find(slot(CALLERS))).isNull();
      assertThat(node.store.strays()).isZero();
    }
  }
}
