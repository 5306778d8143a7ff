package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/1.0, such as old proxies, who know no chunks. */
@Timeout(60)
final class Http10Test {
  private static final String EVENTS = String.join("", events("Wo", "von"));

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x: y", "connection: keep-alive"})
  void aStreamEndsWithItsConnection(String header) throws Exception {
    for (var path : new String[] {Samples.CHAT, "/v1/responses"}) {
      stage.provider().next(Wire.stream(events("Wo", "von")));
      var client = stage.client().send(request(path, chatStream("Who?"), header));
      var reply = client.read();
      assertThat(reply.text()).isEqualTo(EVENTS);
      assertThat(reply.header("transfer-encoding")).isEmpty();
      assertThat(reply.header("connection")).isEqualTo("close");
      assertThat(client.isHungUpOn()).isTrue();
      stage.awaitCalm();
    }
    assertThat(stage.call(request(Samples.CHAT, chatStream("Who?"), "x: y")).isHit()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x: y", "connection: keep-alive"})
  void whatHasALengthNeedsNoEnd(String header) throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    for (int i = 0; i < 2; i++) {
      var client = stage.client().send(request(Samples.CHAT, chat("Who?"), header));
      var reply = client.read();
      assertThat(reply.text()).isEqualTo(Samples.COMPLETION);
      assertThat(reply.isHit()).isEqualTo(i == 1);
      stage.awaitCalm();
      if (header.startsWith("connection")) {
        assertThat(reply.header("connection")).isEqualTo("keep-alive");
        assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
      } else {
        assertThat(client.isHungUpOn()).isTrue();
      }
    }
  }

  private static byte[] request(String path, String body, String header) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    var head = Wire.head("POST " + path + " HTTP/1.0", "content-length: " + length, header);
    return Wire.join(head, body.getBytes(StandardCharsets.UTF_8));
  }
}
