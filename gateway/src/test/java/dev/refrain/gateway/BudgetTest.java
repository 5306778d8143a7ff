package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.CHAT;
import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Scope;
import dev.refrain.gateway.figures.PrometheusText;
import dev.refrain.gateway.keys.Keys;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.settings.FigureSettings;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a key may cost in a month: tokens or money, and not much more however many ask at once. */
@Timeout(60)
final class BudgetTest {
  /** Five tokens in and four out: 5 * 2 + 4 * 10 = 50 millionths of a dollar. */
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);

  private static final String PRICES =
      """
      {"date":"2026-01-31","source":"a test","models":[
        {"model":"gpt-test","input":2,"output":10},
        {"model":"text-embedding-3-small","input":2,"output":0}]}
      """;

  private static final Caller ONE = new Caller.Holder(Scope.tenant("one"));
  private static final Caller OTHER = new Caller.Holder(Scope.tenant("other"));

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("keys.json");
  }

  private Stage stage() throws Exception {
    var prices = Files.writeString(directory.resolve("prices.json"), PRICES);
    return Stage.set(setup -> withPrices(setup, prices));
  }

  private Setup withPrices(Setup setup, Path prices) {
    var figures = new FigureSettings(true, prices, FigureSettings.DEFAULT.log());
    return setup.access(new Access(file(), Map.of())).figures(figures);
  }

  private static byte[] ask(String key, String question) {
    return Wire.post(CHAT, chat(question), "x-api-key: " + key);
  }

  private static RawReply askAnew(Stage stage, String key, String question) throws Exception {
    stage.provider().next(REPLY);
    return stage.call(ask(key, question));
  }

  @Test
  void moneyIsSpentByThePricesOfTheModelsAndNotByHits() throws Exception {
    var key = Keys.of("acme").dollars("0.0001").addTo(file());
    try (var stage = stage()) {
      askAnew(stage, key, "Who?");
      for (int i = 0; i < 5; i++) {
        assertThat(stage.call(ask(key, "Who?")).isHit()).isTrue();
      }
      assertThat(askAnew(stage, key, "Whom?").status()).isEqualTo(200);
      var refused = stage.call(ask(key, "Who?"));
      UpstreamErrorTest.assertFailure(refused, 429, "insufficient_quota");
      assertThat(refused.text()).contains("0.0001 dollars");
    }
  }

  @Test
  void whatNobodyHasPricedIsNotForABudgetInMoney() throws Exception {
    var rich = Keys.of("acme").addTo(file());
    var key = Keys.of("acme").dollars("100").addTo(file());
    var dear = chat("Who?").replace("gpt-test", "dear");
    try (var stage = stage()) {
      stage.provider().next(REPLY);
      stage.chat(dear, "x-api-key: " + rich);
      var refused = stage.chat(dear, "x-api-key: " + key); // not even a hit
      UpstreamErrorTest.assertFailure(refused, 403, "forbidden");
      assertThat(refused.text()).contains("no price of that model is known");
      var relay = stage.call(Wire.get("/v1/files", "x-api-key: " + key));
      assertThat(relay.status()).isEqualTo(403);
    }
  }

  /** What is told of 50,000 tokens there is not what the count cost. */
  @Test
  void tokensThatAreOnlyCountedCostNothing() throws Exception {
    var key = Keys.of("acme").quota(0, 0, 1_500).addTo(file());
    var counting =
        Wire.post(
            "/v1/messages/count_tokens",
            "{\"model\":\"gpt-test\",\"messages\":[]}",
            "x-api-key: " + key,
            "cache-control: no-store");
    try (var stage = stage()) {
      for (int i = 0; i < 3; i++) {
        stage.provider().next(Wire.json("{\"input_tokens\":50000}"));
        assertThat(stage.call(counting).status()).isEqualTo(200);
      }
      assertThat(askAnew(stage, key, "Who?").status()).isEqualTo(200);
      var metrics = PrometheusText.read(stage.gateway().figures().metrics());
      assertThat(metrics.sum("refrain_tokens_spent_total")).isEqualTo(9);
    }
  }

  /** Providers have a model of their own choice for some calls. */
  @Test
  void whoNamesNoModelIsRefusedOnlyWhereOneCounts() throws Exception {
    var ask = "{\"input\":\"Who?\"}";
    var free = Keys.of("acme").quota(0, 0, 1_500).addTo(file());
    var priced = Keys.of("acme").dollars("100").addTo(file());
    var bound = Keys.of("acme").models("gpt-*").addTo(file());
    try (var stage = stage()) {
      stage.provider().next(Wire.json("{\"id\":\"m\",\"model\":\"m\",\"results\":[]}"));
      assertThat(stage.call(moderate(free, ask)).status()).isEqualTo(200);
      assertThat(stage.call(moderate(priced, ask)).text()).contains("no price of that model");
      assertThat(stage.call(moderate(bound, ask)).text()).contains("the call names none");
      assertThat(stage.call(moderate(free, "{")).status()).isEqualTo(403);
    }
  }

  private static byte[] moderate(String key, String body) {
    return Wire.post("/v1/moderations", body, "x-api-key: " + key);
  }

  /** Each may cost more than half of the budget, by its own account, and costs little. */
  @Test
  void whileACallHoldsTheRestOfTheBudgetOthersAreToldToComeAgain() throws Exception {
    var key = Keys.of("acme").quota(0, 0, 1_500).addTo(file());
    try (var stage = stage()) {
      askAnew(stage, key, "known");
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, REPLY));
      var first = stage.client().send(ask(key, "Who?"));
      gate.awaitReached();

      var refused = stage.client().call(ask(key, "Whom?"));
      UpstreamErrorTest.assertFailure(refused, 429, "rate_limit_exceeded");
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(refused.header("x-should-retry")).isEmpty();
      assertThat(stage.client().call(ask(key, "known")).isHit()).isTrue();
      var joined = stage.client().send(ask(key, "Who?"));
      var modest = chat("Whose?").replace("{\"model\"", "{\"max_tokens\":400,\"model\"");
      stage.provider().next(REPLY);
      var small = stage.client().call(Wire.post(CHAT, modest, "x-api-key: " + key));
      assertThat(small.status()).isEqualTo(200);
      assertThat(stage.provider().calls()).isEqualTo(3);

      gate.open();
      assertThat(first.read().status()).isEqualTo(200);
      assertThat(joined.read().status()).isEqualTo(200);
      stage.awaitCalm();
      assertThat(askAnew(stage, key, "Whom?").status()).isEqualTo(200);
    }
  }

  /** As one call is made of them, all are answered, and two are left. */
  @Test
  void asManyAsAskTheSameAtOnceTakeOneCallOfTheBudget() throws Exception {
    var key = Keys.of("acme").quota(0, 3, 0).addTo(file());
    try (var stage = stage()) {
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, REPLY));
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < 5; i++) {
        clients.add(stage.client().send(ask(key, "Who?")));
        int aboard = clients.size();
        Poll.until(
            aboard + " are aboard",
            () -> stage.gateway().cache().figures().air().readers() == aboard);
      }
      gate.open();
      for (var client : clients) {
        assertThat(client.read().status()).isEqualTo(200);
      }
      stage.awaitCalm();
      assertThat(askAnew(stage, key, "Whom?").status()).isEqualTo(200);
      assertThat(stage.call(ask(key, "Who?")).isHit()).isTrue();
      assertThat(askAnew(stage, key, "Whose?").status()).isEqualTo(200);
      UpstreamErrorTest.assertFailure(stage.call(ask(key, "Who?")), 429, "insufficient_quota");
      assertThat(stage.provider().calls()).isEqualTo(3);
    }
  }

  /** Both were let in when their heads came, while one call was left. */
  @Test
  void ofTwoWhoWereLetInForTheLastCallOneGoes() throws Exception {
    var key = Keys.of("acme").quota(0, 2, 0).addTo(file());
    try (var stage = stage()) {
      var slow = stage.client();
      var body = chat("Who?");
      slow.send(
          Wire.head(
              "POST " + CHAT + " HTTP/1.1",
              "host: x",
              "content-length: " + body.length(),
              "expect: 100-continue",
              "x-api-key: " + key));
      assertThat(slow.readInterimHead().line()).startsWith("HTTP/1.1 100");
      assertThat(askAnew(stage, key, "Whom?").status()).isEqualTo(200);
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, REPLY));
      var last = stage.client().send(ask(key, "Whose?"));
      gate.awaitReached();

      var refused = slow.send(body.getBytes(UTF_8)).read();
      UpstreamErrorTest.assertFailure(refused, 429, "insufficient_quota");
      assertThat(refused.header("x-should-retry")).isEqualTo("false");
      assertThat(refused.text()).contains("2 calls");
      gate.open();
      assertThat(last.read().status()).isEqualTo(200);
      assertThat(stage.provider().calls()).isEqualTo(2);
    }
  }

  @Test
  void whoFindsNoPlaceUpstreamHasSpentNothing() throws Exception {
    var key = Keys.of("acme").quota(0, 2, 0).addTo(file());
    var access = new Access(file(), Map.of());
    try (var stage = Stage.set(setup -> setup.access(access).upstreamConnectionsMax(1))) {
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, REPLY));
      var first = stage.client().send(ask(key, "Who?"));
      gate.awaitReached();
      for (int i = 0; i < 3; i++) {
        assertThat(stage.client().call(ask(key, "Whom?")).status()).isEqualTo(503);
        var relay = Wire.get("/v1/files", "x-api-key: " + key);
        assertThat(stage.client().call(relay).status()).isEqualTo(503);
      }
      gate.open();
      assertThat(first.read().status()).isEqualTo(200);
      stage.awaitCalm();
      assertThat(askAnew(stage, key, "Whom?").status()).isEqualTo(200);
    }
  }

  @Test
  void whatFailsHoldsNothingAfterwards() throws Exception {
    var key = Keys.of("acme").quota(0, 0, 1_500).addTo(file());
    try (var stage = stage()) {
      var gate = new Gate();
      stage.provider().next(Acts.held(gate, Wire.json(500, "{}")));
      var first = stage.client().send(ask(key, "Who?"));
      gate.awaitReached();
      assertThat(stage.client().call(ask(key, "Whom?")).status()).isEqualTo(429);
      gate.open();
      assertThat(first.read().status()).isEqualTo(500);
      stage.awaitCalm();

      stage.provider().next(Acts.cut(REPLY, 0));
      assertThat(stage.call(ask(key, "Whose?")).status()).isEqualTo(502);
      var again = new Gate();
      stage.provider().next(Acts.held(again, REPLY));
      stage.client().send(ask(key, "Whither?"));
      again.awaitReached();
      assertThat(stage.client().call(ask(key, "Whom?")).status()).isEqualTo(429);
      again.open();
      stage.awaitCalm();
    }
  }

  @Test
  void severalTextsAtOnceAreUnderstood() throws Exception {
    var key = Keys.of("acme").models("text-*").dollars("0.00004").addTo(file());
    var request = EmbeddingReply.request("sun", "rain");
    try (var stage = stage()) {
      stage.provider().otherwise(EmbeddingReply.act());
      var header = "x-api-key: " + key;
      // 11 tokens, and then 12, for two millionths each
      assertThat(stage.call(Wire.post(EmbeddingReply.PATH, request, header)).status())
          .isEqualTo(200);
      var other = EmbeddingReply.request("snow", "hail");
      assertThat(stage.call(Wire.post(EmbeddingReply.PATH, other, header)).status()).isEqualTo(200);
      assertThat(stage.call(Wire.post(EmbeddingReply.PATH, request, header)).status())
          .isEqualTo(429);
    }
  }

  @Test
  void whoHasJoinedTheFlightOfOneWhoCannotPayAsksHimself() throws Exception {
    var attempts = new int[1];
    var answer =
        CallHandler.paid(
            ONE,
            () -> {
              if (++attempts[0] < CallHandler.ATTEMPTS_MAX) {
                throw new IOException(unpaid(OTHER));
              }
              return "paid";
            });
    assertThat(answer).isEqualTo("paid");
    assertThat(attempts[0]).isEqualTo(CallHandler.ATTEMPTS_MAX);
  }

  @Test
  void whoCannotPayHimselfIsToldSoAtOnceAndOthersInTheEnd() {
    var attempts = new int[1];
    assertThatThrownBy(() ->
            CallHandler.paid(
                ONE,
                () -> {
                  attempts[0]++;
                  throw unpaid(ONE);
                }))
        .isInstanceOf(UnpaidException.class);
    assertThat(attempts[0]).isEqualTo(1);
    assertThatThrownBy(() ->
            CallHandler.paid(
                ONE,
                () -> {
                  attempts[0]++;
                  throw unpaid(OTHER);
                }))
        .isInstanceOf(UnpaidException.class);
    assertThat(attempts[0]).isEqualTo(1 + CallHandler.ATTEMPTS_MAX);
  }

  private static UnpaidException unpaid(Caller caller) {
    return new UnpaidException(caller, Failure.BUDGET_HELD, "held");
  }
}
