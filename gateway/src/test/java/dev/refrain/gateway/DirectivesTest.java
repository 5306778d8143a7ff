package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Lifetime;
import dev.refrain.Rule;
import dev.refrain.Rules;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers say by {@code Cache-Control}, and what they are told by {@code Cache-Status}. */
@Timeout(60)
final class DirectivesTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final byte[] OTHER = Wire.json(Samples.COMPLETION.replace("Grüße", "Moin"));

  @ParameterizedTest
  @ValueSource(strings = {"Cache-Control: no-cache", "Pragma: no-cache"})
  void noCacheFetchesAnew(String header) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      ask(stage);
      var forced = ask(stage, header);

      assertThat(forced.cacheStatus()).isEqualTo("refrain; fwd=request; detail=no-cache");
      assertThat(forced.text()).contains("Moin");
      assertThat(ask(stage).text()).contains("Moin");
    }
  }

  @Test
  void noStoreNeitherReadsNorKeeps() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      stage.provider().next(REPLY);
      var unkept = ask(stage, "Cache-Control: no-store");
      assertThat(unkept.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=no-store");
      assertThat(ask(stage).text()).contains("Moin");
      assertThat(ask(stage, "Cache-Control: no-store").text()).contains("Grüße");
      assertThat(ask(stage).text()).contains("Moin");
    }
  }

  @Test
  void onlyIfCachedNeverCosts() throws Exception {
    try (var stage = Stage.set()) {
      var missed = ask(stage, "Cache-Control: only-if-cached");
      assertThat(missed.status()).isEqualTo(504);
      assertThat(missed.cacheStatus()).isEqualTo("refrain; detail=only-if-cached");
      assertThat(Json.parse(missed.body()).get("error").get("code").text())
          .isEqualTo("only-if-cached");
      var bypassed = ask(stage, "Cache-Control: only-if-cached, no-store");
      assertThat(bypassed.status()).isEqualTo(504);

      stage.provider().next(REPLY);
      ask(stage);
      assertThat(ask(stage, "Cache-Control: only-if-cached").isHit()).isTrue();
    }
  }

  @Test
  void maxAgeAndMinFreshBoundWhatIsTaken() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      ask(stage);
      assertThat(ask(stage, "Cache-Control: max-age=3600").isHit()).isTrue();
      assertThat(ask(stage, "Cache-Control: min-fresh=3600").isHit()).isTrue();

      stage.provider().next(OTHER);
      assertThat(ask(stage, "Cache-Control: min-fresh=999999").text()).contains("Moin");
      stage.provider().next(REPLY);
      assertThat(ask(stage, "Cache-Control: max-age=0").text()).contains("Grüße");
    }
  }

  @Test
  void maxStaleTakesWhatIsTooOldForOthers() throws Exception {
    try (var stage = Stage.set(setup -> setup.rules(lifetime(Duration.ZERO, Duration.ZERO)))) {
      stage.provider().next(REPLY);
      ask(stage);
      // as no refresh is asked for, the provider would complain of one
      stage.provider().otherwise(exchange -> exchange.send(Wire.reply(503, "")));
      var stale = ask(stage, "Cache-Control: max-stale=3600, only-if-cached");
      assertThat(stale.cacheStatus()).matches("refrain; hit; ttl=(0|-[0-9]+)");

      assertThat(ask(stage, "Cache-Control: only-if-cached").status()).isEqualTo(504);
      stage.provider().otherwise(exchange -> exchange.send(OTHER));
      assertThat(ask(stage).text()).contains("Moin");
    }
  }

  @Test
  void aStaleAnswerIsGivenAtOnceAndRefreshedBehind() throws Exception {
    var hour = Duration.ofHours(1);
    try (var stage = Stage.set(setup -> setup.rules(lifetime(hour, Duration.ZERO)))) {
      stage.provider().next(REPLY);
      ask(stage);
      stage.provider().otherwise(exchange -> exchange.send(OTHER));
      var stale = stage.client().call(Wire.post(Samples.CHAT, chat("Who?")));
      assertThat(stale.text()).contains("Grüße");
      stage.provider().awaitCalls(2);
      stage.awaitCalm();
      assertThat(ask(stage).text()).contains("Moin");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void aStaleAnswerIsGivenWhenTheProviderFails(int status) throws Exception {
    var hour = Duration.ofHours(1);
    try (var stage = Stage.set(setup -> setup.rules(lifetime(Duration.ZERO, hour)))) {
      stage.provider().next(REPLY);
      ask(stage);
      stage.provider().next(Wire.json(status, "{\"error\":{}}"));
      var stale = ask(stage);
      assertThat(stale.status()).isEqualTo(200);
      assertThat(stale.text()).contains("Grüße");
      assertThat(stale.cacheStatus())
          .matches("refrain; fwd=stale; ttl=(0|-[0-9]+); detail=upstream-failed");
    }
  }

  private static Rules lifetime(Duration staleWhileRevalidate, Duration staleIfError) {
    var usual = Lifetime.DEFAULT;
    var lifetime =
        new Lifetime(
            Duration.ZERO,
            0,
            usual.hotHits(),
            usual.hotWindow(),
            usual.hotLife(),
            usual.maxAge(),
            staleWhileRevalidate,
            staleIfError,
            usual.earlyRefresh());
    return new Rules(List.of(), new Rule(true, lifetime, Set.of()));
  }

  private static RawReply ask(Stage stage, String... headers) throws Exception {
    return stage.chat(chat("Who?"), headers);
  }
}
