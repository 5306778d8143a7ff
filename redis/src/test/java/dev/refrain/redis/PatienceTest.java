package dev.refrain.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.testing.Poll;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody waits for longer than he wants. */
@Timeout(20) // by far less than the watchman sleeps if nobody wakes him
final class PatienceTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final Patience patience = new Patience();

  @AfterEach
  void nobodyIsRememberedWhoDoesNotWait() {
    assertThat(patience.waiting()).isZero();
    patience.close();
  }

  @Test
  void whatComesInTimeIsGiven() throws Exception {
    var reply = new CompletableFuture<String>();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = callers.submit(() -> patience.await(reply, LONG));
      reply.complete("here");
      assertThat(waiting.get()).isEqualTo("here");
    }
    assertThat(patience.await(reply, SHORT)).isEqualTo("here");
  }

  @Test
  void whatFailsFailsAsItDid() {
    var reply = new CompletableFuture<String>();
    reply.completeExceptionally(new IllegalStateException("broken"));
    assertThatThrownBy(() -> patience.await(reply, LONG))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("broken");
  }

  @Test
  void whatDoesNotComeIsGivenUpAndMayComeStill() throws Exception {
    var reply = new CompletableFuture<String>();
    assertThatThrownBy(() -> patience.await(reply, SHORT)).isInstanceOf(TimeoutException.class);
    assertThat(reply).isNotDone();
    reply.complete("late");
    assertThat(patience.await(reply, SHORT)).isEqualTo("late");
  }

  /** While somebody waits for long, and while nobody has waited for a while. */
  @Test
  void whoHasLessTimeThanTheWatchmanSleepsWakesHim() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var patient = new CompletableFuture<String>();
      var waiting = callers.submit(() -> patience.await(patient, LONG));
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> patience.await(new CompletableFuture<>(), SHORT))
            .isInstanceOf(TimeoutException.class);
      }
      patient.complete("at last");
      assertThat(waiting.get()).isEqualTo("at last");
    }
    Poll.until("he sleeps", patience::isIdle);
    assertThatThrownBy(() -> patience.await(new CompletableFuture<>(), SHORT))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void whenItIsClosedNobodyWaitsAnyMore() {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = callers.submit(() -> patience.await(new CompletableFuture<>(), LONG));
      Poll.until("he waits", () -> patience.waiting() == 1);
      patience.close();
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(TimeoutException.class);
    }
    assertThatThrownBy(() -> patience.await(new CompletableFuture<>(), LONG))
        .isInstanceOf(TimeoutException.class);
  }
}
