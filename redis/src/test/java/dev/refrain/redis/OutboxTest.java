package dev.refrain.redis;

import static dev.refrain.redis.Sample.recording;
import static dev.refrain.redis.Sample.slot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.redis.testing.RedisServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What many ask goes out together, and all of it goes out. */
@Timeout(60)
final class OutboxTest {
  private static final int CALLERS = 100;
  private static final int LOOKS = 20;
  private static final int FEW = 8; // replies that are to come while each question is sent at once
  private static final int MANY = 8; // questions that do not wait for another

  private final AtomicInteger sendings = new AtomicInteger();
  private final Outbox outbox = new Outbox(sendings::incrementAndGet);

  private List<CompletableFuture<String>> ask(int questions) {
    var replies = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < questions; i++) {
      replies.add(new CompletableFuture<>());
      outbox.send(replies.getLast());
    }
    return replies;
  }

  @Test
  void whileFewRepliesAreToComeEachQuestionIsSentAtOnce() {
    var replies = ask(FEW);
    assertThat(sendings).hasValue(FEW);
    replies.forEach(reply -> reply.complete("here"));
    ask(FEW);
    assertThat(sendings).hasValue(2 * FEW);
  }

  @Test
  void whileManyAreToComeManyQuestionsAreSentTogether() {
    ask(FEW);
    ask(MANY - 1);
    assertThat(sendings).hasValue(FEW);
    ask(1);
    assertThat(sendings).hasValue(FEW + 1);
    ask(MANY - 1);
    assertThat(sendings).hasValue(FEW + 1);
  }

  /** Whoever asks last has nobody behind him who would send his question, too. */
  @Test
  void whatWaitsIsSentAsSoonAsFewRepliesAreToCome() {
    var replies = ask(FEW);
    ask(1);
    assertThat(sendings).hasValue(FEW);
    replies.getFirst().completeExceptionally(new IOException("of the question before"));
    assertThat(sendings).hasValue(FEW + 1);
    replies.forEach(reply -> reply.complete("here"));
    assertThat(sendings).as("nothing is left to be sent").hasValue(FEW + 1);
  }

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
