package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.gateway.settings.Retry;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.FreePort;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent once more: only what upstream has not begun with, and never for long. */
@Timeout(60)
final class RetryTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final byte[] BUSY = Wire.json(429, "{}", "retry-after: 0");
  private static final Request REQUEST = Request.post("", "/", Headers.none(), new byte[0]);

  private final Queue<Reply> replies = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<Integer> closed = new ArrayList<>();
  private final Upstream upstream =
      retrying(new Retry(2, Duration.ofSeconds(5)), new RetryBudget());

  private Upstream retrying(Retry retry, RetryBudget budget) {
    return new RetryingUpstream(request -> replies.remove(), retry, budget, pauses::add);
  }

  private void will(int status, String... headers) {
    replies.add(new Scripted(status, Headers.of(headers)));
  }

  private final class Scripted implements Reply {
    private final int status;
    private final Headers headers;

    Scripted(int status, Headers headers) {
      this.status = status;
      this.headers = headers;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public Headers headers() {
      return headers;
    }

    @Override
    public byte[] next() {
      throw new AssertionError("of a reply whose bytes are passed on, none is repeated");
    }

    @Override
    public void close() {
      closed.add(status);
    }
  }

  @Test
  void whoIsToldToComeAgainDoesSo() throws Exception {
    will(429, "retry-after", "2");
    will(503, "Retry-After", "3");
    will(200);

    assertThat(upstream.send(REQUEST).status()).isEqualTo(200);
    assertThat(pauses).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(closed).containsExactly(429, 503);
  }

  @Test
  void theThirdRefusalIsPassedOn() throws Exception {
    for (int i = 0; i < 3; i++) {
      will(429, "retry-after", "1");
    }
    assertThat(upstream.send(REQUEST).status()).isEqualTo(429);
    assertThat(pauses).hasSize(2);
    assertThat(closed).hasSize(2);
  }

  @Test
  void noCallWaitsForLongerThanItMay() throws Exception {
    will(429, "retry-after", "6");
    assertThat(upstream.send(REQUEST).status()).isEqualTo(429);
    assertThat(pauses).isEmpty();

    will(429, "retry-after", "3");
    will(429, "retry-after", "3");
    assertThat(upstream.send(REQUEST).status()).isEqualTo(429);
    assertThat(pauses).hasSize(1);
  }

  @Test
  void millisecondsAreBelievedMoreThanSeconds() throws Exception {
    will(429, "retry-after", "60", "retry-after-ms", "150");
    will(200);
    assertThat(upstream.send(REQUEST).status()).isEqualTo(200);
    assertThat(pauses).containsExactly(Duration.ofMillis(150));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"Wed, 21 Oct 2026 07:28:03 GMT; 3", "Wed, 21 Oct 2026 07:27:00 GMT; 0"})
  void aDateCountsFromUpstreamsOwn(String date, int seconds) throws Exception {
    will(503, "date", "Wed, 21 Oct 2026 07:28:00 GMT", "retry-after", date);
    will(200);
    assertThat(upstream.send(REQUEST).status()).isEqualTo(200);
    assertThat(pauses).containsExactly(Duration.ofSeconds(seconds));
  }

  @Test
  void aDateIsNoInvitationWhereUpstreamsOwnIsNoDate() throws Exception {
    will(503, "date", "today", "retry-after", "Wed, 21 Oct 2026 07:28:00 GMT");
    assertThat(upstream.send(REQUEST).status()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "soon", "1.5", "1e9", "99999999999", "Wed, 21 Oct 2026 07:28:00 GMT"})
  void whatIsNoTimeIsNoInvitation(String value) throws Exception {
    will(429, "retry-after", value);
    assertThat(upstream.send(REQUEST).status()).isEqualTo(429);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 400, 401, 408, 409, 425, 500, 502, 504, 529})
  void whateverElseItSaysItMayHaveBegun(int status) throws Exception {
    will(status, "retry-after", "0");
    assertThat(upstream.send(REQUEST).status()).isEqualTo(status);
    assertThat(closed).isEmpty();
  }

  @Test
  void aRefusalWithoutATimeIsPassedOn() throws Exception {
    will(429);
    assertThat(upstream.send(REQUEST).status()).isEqualTo(429);
  }

  @Test
  void aCallThatBrokeOffIsNotRepeated() {
    var broken =
        new RetryingUpstream(
            request -> {
              throw new IOException("gone");
            },
            Retry.DEFAULT,
            new RetryBudget(),
            pauses::add);
    assertThatThrownBy(() -> broken.send(REQUEST)).hasMessage("gone");
    assertThat(pauses).isEmpty();
  }

  @Test
  void anUpstreamInTroubleDoesNotGetTwiceTheCalls() throws Exception {
    var budget = new RetryBudget();
    var troubled = retrying(new Retry(1, Duration.ofSeconds(5)), budget);
    int calls = 1000;
    for (int i = 0; i < calls; i++) {
      replies.clear();
      will(503, "retry-after", "0");
      will(503, "retry-after", "0");
      troubled.send(REQUEST);
    }
    assertThat(pauses).hasSizeBetween(calls / 10, calls / 10 + 11);
  }

  @Test
  void clientsSeeNothingOfIt() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(BUSY);
      stage.provider().next(REPLY);
      var reply = stage.chat(chat("Who?"));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.cacheStatus()).isEqualTo("refrain; fwd=miss");
      assertThat(stage.chat(chat("Who?")).isHit()).isTrue();

      stage.provider().next(BUSY);
      stage.provider().next(Wire.stream(events("Wo")));
      assertThat(stage.chat(chatStream("Who?"), "cache-control: no-store").status()).isEqualTo(200);

      for (int i = 0; i < 3; i++) {
        stage.provider().next(BUSY);
      }
      assertThat(stage.chat(chat("Whom?")).status()).isEqualTo(429);
    }
  }

  @Test
  void aRelayIsNotRepeated() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(BUSY);
      assertThat(stage.call(Wire.post("/v1/batches", "{}")).status()).isEqualTo(429);
    }
  }

  @Test
  void onceAByteHasComeNothingIsRepeated() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Acts.cut(REPLY, REPLY.length - 1));
      assertThat(stage.chat(chat("Who?")).whole()).isFalse();
    }
  }

  /** The first attempt finds nobody who listens; then somebody does. */
  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/v1/batches"})
  void whereThereIsNoConnectionAnotherAttemptIsMade(String path) throws Exception {
    int port = FreePort.any();
    var url = URI.create("http://127.0.0.1:" + port);
    try (var stage =
        Stage.set(
            setup -> setup.upstream("late", url).retry(new Retry(8, Duration.ofSeconds(5))))) {
      var client = stage.client();
      var pending = client.send(Wire.post("/late" + path, chat("Who?")));
      Thread.sleep(20); // far more than a refusal takes; if not, this test shows less, not more
      try (var late = FakeProvider.listeningOn(port)) {
        late.next(REPLY);
        assertThat(pending.read().status()).isEqualTo(200);
        client.close();
        Poll.until("calm", () -> stage.gateway().callsUnderWay() == 0);
      }
    }
  }
}
