package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom the gateway waits, and for whom it does not. */
@Timeout(60)
final class PatienceTest {
  private static final Duration IDLE = Duration.ofMillis(60);
  private static final byte[] STREAM = Wire.stream(events("Wo", "von"));

  @Test
  void aConnectionOnWhichNothingHappensIsClosed() throws Exception {
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.idle(IDLE)))) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      for (var request :
          List.of(Wire.get("/-/health"), Wire.post(Samples.CHAT, chat("Who?")), Wire.get("/-/x"))) {
        var client = stage.client();
        client.call(request);
        assertThat(client.isHungUpOn()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "GET /-/health HT", "PRI * HTTP/2.0\r\n\r\n"})
  void whoNeverAsksIsNotWaitedForForever(String begun) throws Exception {
    try (var stage =
        Stage.set(setup -> setup.bounds(bounds -> bounds.idle(IDLE).firstByte(IDLE)))) {
      assertThat(stage.client().send(begun).isHungUpOn()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/v1/responses"})
  void whoWaitsForAnAnswerIsNotIdle(String path) throws Exception {
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.idle(IDLE)))) {
      for (int sent : new int[] {0, 150, STREAM.length - 20}) {
        stage.provider().next(slow(sent));
        var reply = stage.call(Wire.post(path, chatStream("Who " + sent + "?")));
        assertThat(reply.text()).isEqualTo(String.join("", events("Wo", "von")));
        assertThat(reply.whole()).isTrue();
      }
    }
  }

  /** Stops for many times as long as a connection may be idle. */
  private static Act slow(int sent) {
    return exchange -> {
      exchange.readBody();
      exchange.send(Arrays.copyOf(STREAM, sent));
      Thread.sleep(IDLE.multipliedBy(8));
      exchange.send(Arrays.copyOfRange(STREAM, sent, STREAM.length));
    };
  }

  @Test
  void whoGoesOnAskingIsNotIdle() throws Exception {
    try (var stage =
        Stage.set(setup -> setup.bounds(bounds -> bounds.idle(Duration.ofSeconds(2))))) {
      var client = stage.client();
      for (int i = 0; i < 100; i++) { // more than are remembered
        assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void manyWhoWaitDoNotHoldUpTheOthers() throws Exception {
    try (var stage = Stage.set()) {
      var gate = new Gate();
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.chat(chat("hit"));
      stage.provider().otherwise(Acts.held(gate, Wire.json("{}")));
      var waiting = new ArrayList<RawClient>();
      for (int i = 0; i < 60; i++) {
        var path = (i % 3 == 0) ? "/v1/responses" : Samples.CHAT;
        var body = (i % 3 == 1) ? chat("Who " + i + "?") : "{\"n\":" + i + "}";
        waiting.add(stage.client().send(Wire.post(path, body)));
      }
      stage.provider().awaitCalls(61);
      for (int i = 0; i < 8; i++) { // so that each event loop is asked
        assertThat(stage.client().call(Wire.post(Samples.CHAT, chat("hit"))).isHit()).isTrue();
        assertThat(stage.client().call(Wire.get("/-/health")).status()).isEqualTo(200);
      }
      gate.open();
      for (var client : waiting) {
        assertThat(client.read().text()).isEqualTo("{}");
      }
    }
  }
}
