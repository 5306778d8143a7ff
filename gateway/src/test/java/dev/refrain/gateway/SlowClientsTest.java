package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Gate;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sends just enough not to be silent is not waited for, and how many may come is bounded. */
@Timeout(60)
final class SlowClientsTest {
  private static final Duration TIME = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final long DRIP_MILLIS = 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /-/health HTTP/1.1\r\nx-a: ",
        // a frame of headers of 10,000 bytes, which drip
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0'\20\1\4\0\0\0\1",
        ""
      })
  void aHeadThatDripsIsGivenUp(String begun) throws Exception {
    try (var stage =
        Stage.set(setup -> setup.bounds(bounds -> bounds.idle(TIME).firstByte(LONG)))) {
      var client = stage.client().send(begun);
      var dripping = drip(client, "x");
      while (!client.isHungUpOn()) {
        // its settings
      }
      dripping.join();
    }
  }

  @Test
  void theHeadOfALaterRequestMayDripNoLonger() throws Exception {
    try (var stage =
        Stage.set(setup -> setup.bounds(bounds -> bounds.idle(TIME).firstByte(LONG)))) {
      var client = stage.client();
      assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
      var dripping = drip(client.send("GET /-/health HTTP/1.1\r\nx: "), "x");
      assertThat(client.isHungUpOn()).isTrue();
      dripping.join();
    }
  }

  @ParameterizedTest
  @CsvSource({"/v1/files,content-length: 9000", "/v1/files,transfer-encoding: chunked"})
  void aRelayedBodyThatDripsIsGivenUp(String path, String framing) throws Exception {
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.body(TIME)))) {
      stage.provider().next(Acts.reply(Wire.reply(200, "")));
      var client = stage.client();
      client.send(Wire.head("POST " + path + " HTTP/1.1", "host: x", framing));
      var dripping = drip(client, framing.startsWith("t") ? "1\r\nx\r\n" : "x");
      var reply = client.read();
      assertThat(reply.status()).isEqualTo(408);
      assertThat(Json.parse(reply.body()).get("error").get("code").text())
          .isEqualTo("request_timeout");
      assertThat(reply.header("connection")).isEqualTo("close");
      stage.provider().awaitConnections(0);
      client.close();
      dripping.join();
      assertThat(stage.provider().call(0).failure()).contains("ended");
    }
  }

  @Test
  void aBodyThatUpstreamTakesSlowlyIsWaitedFor() throws Exception {
    var body = RandomBytes.of(20 << 20); // more than lies in the buffers on the way
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.body(TIME)))) {
      stage
          .provider()
          .next(exchange -> {
            Thread.sleep(TIME.multipliedBy(6)); // what is tested is that time does nothing
            exchange.send(Wire.reply(200, Arrays.equals(exchange.readBody(), body) ? "yes" : "no"));
          });
      assertThat(stage.call(Wire.post("/v1/files", body)).text()).isEqualTo("yes");
    }
  }

  @Test
  void whoIsBeingAnsweredMayPause() throws Exception {
    try (var stage = Stage.set(setup -> setup.bounds(bounds -> bounds.body(TIME)))) {
      stage
          .provider()
          .next(exchange -> {
            exchange.send(Wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked"));
            exchange.send(Wire.chunk("first".getBytes(UTF_8)));
            exchange.readBody();
            exchange.send(Wire.chunk(exchange.text().getBytes(UTF_8)));
            exchange.send("0\r\n\r\n");
          });
      var client = stage.client();
      client.send(Wire.head("POST /v1/talk HTTP/1.1", "host: x", "transfer-encoding: chunked"));
      var body = client.body(client.readHead());
      assertThat(new String(body.readNBytes(5), UTF_8)).isEqualTo("first");
      Thread.sleep(TIME.multipliedBy(6)); // what is tested is that time does nothing
      client.send("4\r\nmore\r\n0\r\n\r\n");
      assertThat(new String(body.readAllBytes(), UTF_8)).isEqualTo("more");
    }
  }

  @Test
  void whoComesWhenThereIsNoRoomWaitsUntilThereIs() throws Exception {
    try (var stage = Stage.set(setup -> setup.clientsMax(2))) {
      var gate = new Gate();
      stage.provider().otherwise(Acts.held(gate, Wire.json(Samples.COMPLETION)));
      var first = stage.client().send(Wire.get("/v1/models"));
      var second = stage.client().send(Wire.get("/v1/models"));
      stage.provider().awaitCalls(2);
      var third = stage.client().send(Wire.get("/-/health"));
      gate.open();
      assertThat(first.read().status()).isEqualTo(200);
      assertThat(second.read().status()).isEqualTo(200);
      assertThat(third.in().available()).isZero();
      first.close();
      assertThat(third.read().status()).isEqualTo(200);
      for (int i = 0; i < 20; i++) { // nor is the door shut for good by many who come and go
        third.close();
        third = stage.client().send(Wire.get("/-/health"));
        assertThat(third.read().status()).isEqualTo(200);
      }
    }
  }

  /** Sends a little every so often, until it is hung up on. */
  private static Thread drip(RawClient client, String drop) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            for (int i = 0; i < LONG.toMillis() / DRIP_MILLIS; i++) {
              client.send(drop);
              Thread.sleep(DRIP_MILLIS); // the drip itself
            }
          } catch (IOException | InterruptedException e) {
            // hung up on, or closed
          }
        });
  }
}
