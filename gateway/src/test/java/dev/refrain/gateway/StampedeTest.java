package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many who want the same at once. */
@Timeout(60)
final class StampedeTest {
  private static final int CALLERS = 1000;

  @Test
  void aThousandWhoAskTheSameCostOneCall() throws Exception {
    var words = "Wir sagen alle das Selbe ".repeat(4).split("(?<= )");
    var whole = String.join("", events(words)).getBytes(UTF_8);
    var reply = Wire.stream(events(words));
    var request = Wire.post(Samples.CHAT, chatStream("Who?"));
    try (var stage = Stage.set();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var gate = new Gate();
      stage.provider().next(Acts.halted(gate, reply, reply.length / 2));
      var replies = new ArrayList<Future<RawReply>>();
      for (int i = 0; i < CALLERS; i++) {
        replies.add(callers.submit(() -> stage.client().call(request)));
        if (i == CALLERS / 2) {
          gate.awaitReached();
        } else if (i == CALLERS * 9 / 10) {
          gate.open();
        }
      }
      var outcomes = new HashMap<String, Integer>();
      for (var future : replies) {
        var answer = future.get();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.whole()).isTrue();
        assertThat(answer.body()).isEqualTo(whole);
        outcomes.merge(answer.cacheStatus().replaceAll("ttl=.*", "ttl"), 1, Integer::sum);
      }
      assertThat(stage.provider().calls()).isEqualTo(1);
      assertThat(outcomes).containsEntry("refrain; fwd=miss", 1);
      assertThat(outcomes.keySet())
          .isSubsetOf("refrain; fwd=miss", "refrain; fwd=miss; collapsed", "refrain; hit; ttl");
    }
  }

  @Test
  void anErrorIsSharedByWhoWaitsForItAndByNobodyElse() throws Exception {
    var request = Wire.post(Samples.CHAT, chatStream("Who?"));
    var error = Wire.json(500, "{\"error\":{\"message\":\"oh\"}}");
    try (var stage = Stage.set();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var gate = new Gate();
      stage.provider().otherwise(Acts.held(gate, error));
      var replies = new ArrayList<Future<RawReply>>();
      for (int i = 0; i < 50; i++) {
        replies.add(callers.submit(() -> stage.client().call(request)));
      }
      gate.awaitReached();
      gate.open();
      for (var future : replies) {
        assertThat(future.get().status()).isEqualTo(500);
        assertThat(future.get().text()).contains("oh");
      }
      assertThat(stage.provider().calls()).isLessThan(50);
      stage.provider().otherwise(Acts.reply(Wire.stream(events("Wo"))));
      stage.awaitCalm();
      assertThat(stage.call(request).status()).isEqualTo(200);
    }
  }

  @Test
  void callsThatAreTooManyAreRefusedForAMoment() throws Exception {
    var limits = new Limits(1 << 20, 1 << 20, 1, Duration.ofMinutes(1), Limits.FINISH);
    try (var stage = Stage.set(setup -> setup.limits(limits))) {
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, Wire.stream(events("Wo"))));
      var first = stage.client().send(Wire.post(Samples.CHAT, chatStream("Who?")));
      gate.awaitReached();
      var refused = stage.client().call(Wire.post(Samples.CHAT, chatStream("Whom?")));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(refused.text()).contains("\"code\":\"overloaded\"");
      gate.open();
      assertThat(first.read().status()).isEqualTo(200);
    }
  }
}
