package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Controls;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers tell caches on their way, so that none of these mixes callers up. */
@Timeout(60)
final class PrivacyTest {
  private static final String[] FOR_ALL_TO_KEEP = {
    "Cache-Control: public, max-age=3600",
    "CDN-Cache-Control: max-age=3600",
    "Cloudflare-CDN-Cache-Control: max-age=3600",
    "Surrogate-Control: max-age=3600",
    "Expires: Mon, 01 Jan 2035 00:00:00 GMT",
    "Vary: Origin"
  };

  @ParameterizedTest
  @ValueSource(strings = {"", "cache-control: no-store"})
  void noOtherCacheKeepsAnAnswer(String header) throws Exception {
    try (var stage = Stage.set()) {
      var reply = Wire.json(Samples.COMPLETION, FOR_ALL_TO_KEEP);
      stage.provider().otherwise(exchange -> exchange.send(reply));
      for (int i = 0; i < 2; i++) {
        var answer = header.isEmpty() ? stage.chat(chat("Who?")) : stage.chat(chat("Who?"), header);
        assertThat(answer.head().all("cache-control")).containsExactly("private, no-store");
        assertThat(answer.head().names())
            .doesNotContain("cdn-cache-control", "cloudflare-cdn-cache-control")
            .doesNotContain("surrogate-control", "expires");
        assertThat(varied(answer))
            .contains("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie")
            .contains("openai-organization", "refrain-namespace");
      }
    }
  }

  @Test
  void aStreamIsAsPrivate() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.stream(Samples.events("a", "b"), "Cache-Control: no-cache"));
      for (int i = 0; i < 2; i++) {
        var answer = stage.chat(Samples.chatStream("Who?"));
        assertThat(answer.head().all("cache-control")).containsExactly("private, no-store");
      }
    }
  }

  @Test
  void furtherCredentialsTellCallersApartToo() throws Exception {
    try (var stage = Stage.set(setup -> setup.credentialHeaders("x-tenant-token"))) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      assertThat(varied(stage.chat(chat("Who?")))).contains("x-tenant-token");
    }
  }

  @Test
  void anOperatorMayOpenAnswers() throws Exception {
    var usual = Controls.DEFAULT;
    var open =
        new Controls(
            usual.products(),
            usual.forbidden(),
            usual.ttlMin(),
            usual.ttlMax(),
            usual.variantsMax(),
            "public, max-age=60");
    try (var stage = Stage.set(setup -> setup.controls(open))) {
      stage.provider().next(Wire.json(Samples.COMPLETION, FOR_ALL_TO_KEEP));
      for (int i = 0; i < 2; i++) {
        var answer = stage.chat(chat("Who?"));
        assertThat(answer.head().all("cache-control")).containsExactly("public, max-age=60");
        assertThat(answer.head().names()).doesNotContain("cdn-cache-control");
        assertThat(varied(answer)).contains("authorization");
      }
    }
  }

  @Test
  void whatIsRelayedSaysItselfWhetherItMayBeKeptButNotForWhom() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.json("{}", FOR_ALL_TO_KEEP));
      var reply = stage.call(Wire.get("/v1/models", "x-api-key: sk-1"));
      for (var header : FOR_ALL_TO_KEEP) {
        int colon = header.indexOf(':');
        assertThat(reply.head().all(header.substring(0, colon)))
            .contains(header.substring(colon + 2));
      }
      assertThat(varied(reply)).contains("Origin", "authorization", "x-api-key");
    }
  }

  @Test
  void noCacheKeepsAFailure() throws Exception {
    try (var stage = Stage.set()) {
      assertThat(stage.call(Wire.get("/-/nowhere")).header("cache-control")).isEqualTo("no-store");
    }
  }

  private static List<String> varied(RawReply reply) {
    return List.of(String.join(", ", reply.head().all("vary")).split(", "));
  }
}
