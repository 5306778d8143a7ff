package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.settings.Ask;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody foresaw is answered nevertheless. */
@Timeout(60)
final class UnforeseenTest {
  @Test
  void anUpstreamThatIsNotThereIsNoReasonToStaySilent() throws Exception {
    var ask = new Ask("gpt-test", "nowhere", null, Duration.ofMinutes(1));
    try (var stage = Stage.set(setup -> setup.ask(ask).withoutUpstreams())) {
      var client = stage.client();
      for (int i = 0; i < 2; i++) {
        assertInternal(client.call(Wire.get("/ask?q=Who")));
        assertInternal(client.call(Wire.post(Samples.CHAT, chat("Who?"))));
        assertInternal(client.call(Wire.post(Samples.CHAT, chat("x".repeat(100_000)))));
      }
    }
  }

  @Test
  void aReplyThatCannotBePassedOnIsAnErrorOfTheProvider() throws Exception {
    try (var stage = Stage.set()) {
      for (var header :
          new String[] {
            "bad name: 1", "x: a\u0001b", "x: a\r b", "set-cookie: \u007f", "(): 1", "x: \u0000"
          }) {
        stage
            .provider()
            .otherwise(exchange -> {
              exchange.readBody();
              exchange.send(Wire.json(Samples.COMPLETION, header));
            });
        var client = stage.client();
        for (var path : new String[] {Samples.CHAT, "/v1/responses"}) {
          var reply = client.call(Wire.post(path, chat("Who?"), "cache-control: no-store"));
          assertThat(reply.status()).as(header).isIn(200, 500, 502);
        }
      }
    }
  }

  /**
   * No settings let such a credential through, and no door such a header; or so it was foreseen.
   */
  @Test
  void aHeaderThatUpstreamCannotBeToldTakesNoConnectionAway() throws Exception {
    var ask = new Ask("gpt-test", "openai", "sk-\u0001", Duration.ofMinutes(1));
    var limits = new Limits(1 << 20, 1 << 20, 1, Duration.ofMinutes(1), Limits.FINISH);
    try (var stage = Stage.set(setup -> setup.ask(ask).limits(limits))) {
      for (int i = 0; i < 3; i++) {
        assertThat(stage.call(Wire.get("/ask?q=Who")).status()).isEqualTo(502);
      }
      stage.provider().next(Wire.json("{}"));
      assertThat(stage.call(Wire.get("/v1/files")).status()).isEqualTo(200);
      assertThat(stage.provider().calls()).isEqualTo(1);
    }
  }

  private static void assertInternal(RawReply reply) throws Exception {
    assertThat(reply.status()).isEqualTo(500);
    assertThat(Json.parse(reply.body()).get("error").get("code").text())
        .isEqualTo("internal_error");
  }
}
