package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client may wait to be told to go on, and is told so by whoever decides. */
@Timeout(60)
final class ExpectationTest {
  private static final String GO_ON = "HTTP/1.1 100 Continue";

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
  @ValueSource(strings = {"content-length: 4", "transfer-encoding: chunked"})
  void upstreamDecides(String framing) throws Exception {
    stage
        .provider()
        .next(exchange -> {
          assertThat(exchange.head().get("expect")).isEqualTo("100-continue");
          exchange.send(GO_ON + "\r\n\r\n");
          exchange.readBody();
          exchange.send(Wire.reply(200, exchange.text()));
        });
    var client = ask("/v1/files", framing);
    assertThat(client.readInterimHead().line()).isEqualTo(GO_ON);
    client.send(framing.startsWith("t") ? "4\r\nbody\r\n0\r\n\r\n" : "body");
    assertThat(client.read().text()).isEqualTo("body");
    assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"413", "417", "401", "200"})
  void whomUpstreamDoesNotWantToHearIsToldSoAndNothingElse(int status) throws Exception {
    stage
        .provider()
        .next(exchange -> {
          exchange.send(Wire.json(status, "{\"error\":\"no\"}"));
          exchange.awaitHangUp();
          exchange.close();
        });
    var client = ask("/v1/files", "content-length: 4");
    var head = client.readInterimHead();
    assertThat(head.line()).startsWith("HTTP/1.1 " + status);
    assertThat(head.get("connection")).isEqualTo("close"); // is what follows a body? None can tell
    assertThat(client.readBody(head).text()).isEqualTo("{\"error\":\"no\"}");
    stage.provider().awaitConnections(0);
    client.send("GET /-/health HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(client.isHungUpOn()).isTrue();
  }

  @Test
  void anUpstreamThatDoesNotKnowOfItHoldsNobodyUp() throws Exception {
    stage.provider().next(Acts.reply(Wire.reply(200, "thanks"))); // when the body is there
    var client = ask("/v1/files", "content-length: 4");
    assertThat(client.readInterimHead().line()).isEqualTo(GO_ON);
    assertThat(client.send("body").read().text()).isEqualTo("thanks");
  }

  @Test
  void whoDoesNotWaitIsNotHeldUp() throws Exception {
    stage.provider().next(Acts.reply(Wire.reply(200, "thanks")));
    var client = ask("/v1/files", "content-length: 4").send("body");
    var head = client.readInterimHead();
    assertThat(head.line()).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/ask"})
  void whatTheGatewayReadsItselfItAsksFor(String path) throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
    var body = "x".repeat(100);
    var client = ask(path, "content-length: 100");
    assertThat(client.readInterimHead().line()).isEqualTo(GO_ON);
    client.send(body);
    assertThat(client.read().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /v1/x HTTP/1.1", "POST /v1/x HTTP/1.0"})
  void whoHasNothingToSendOrKnowsOfNothingIsNotTold(String line) throws Exception {
    stage.provider().next(Acts.reply(Wire.reply(200, "thanks")));
    var client = stage.client().send(Wire.head(line, "host: x", "expect: 100-continue"));
    assertThat(client.readInterimHead().line()).contains(" 200 ");
    assertThat(stage.provider().call(0).head().names()).doesNotContain("expect");
  }

  private RawClient ask(String path, String framing) throws IOException {
    var line = "POST " + path + " HTTP/1.1";
    return stage.client().send(Wire.head(line, "host: x", "expect: 100-continue", framing));
  }
}
