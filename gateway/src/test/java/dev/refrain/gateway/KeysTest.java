package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.CHAT;
import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.KeyText;
import dev.refrain.gateway.keys.Keys;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.settings.CredentialHeader;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Poll;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask, where gateway keys say so: nobody else, nothing more, and nobody for another. */
@Timeout(60)
final class KeysTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final String INVALID = "invalid_api_key";
  private static final String OPENAI = "sk-held-by-the-gateway";
  private static final String ANTHROPIC = "sk-ant-held-by-the-gateway";
  private static final String LAB = "sk-of-the-lab";

  @TempDir Path directory;
  private Stage stage;

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Path file() {
    return directory.resolve("keys.json");
  }

  private Setup withKeys(Setup setup) {
    return setup
        .access(new Access(file(), Map.of("lab", new Secret(LAB))))
        .credential("openai", CredentialHeader.AUTHORIZATION, OPENAI)
        .credential("anthropic", CredentialHeader.X_API_KEY, ANTHROPIC);
  }

  /** Sets the stage with these keys, and returns their texts. */
  private List<String> stageWith(Keys... keys) throws Exception {
    var texts = new ArrayList<String>();
    for (var key : keys) {
      texts.add(key.addTo(file()));
    }
    stage = Stage.set(this::withKeys);
    return texts;
  }

  private RawReply ask(String key, String question) throws Exception {
    return stage.chat(chat(question), "authorization: Bearer " + key);
  }

  private RawReply askAnew(String key, String question) throws Exception {
    stage.provider().next(REPLY);
    return ask(key, question);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x: y",
        "authorization: Bearer sk-of-a-vendor",
        "authorization: Basic cmYteDp5",
        "authorization:",
        "x-api-key: rf-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "x-goog-api-key: rf-",
      })
  void whoShowsNoKeyIsToldSoAsTheVendorWould(String header) throws Exception {
    stageWith(Keys.of("acme"));

    assertRefused(stage.chat(chat("Who?"), header), 401, "invalid_api_key");
    assertRefused(stage.chat(chatStream("Who?"), header), 401, "invalid_api_key");
    assertRefused(stage.call(Wire.get("/v1/models", header)), 401, "invalid_api_key");
    assertRefused(stage.call(Wire.get("/openai/v1/files", header)), 401, "invalid_api_key");
    assertRefused(stage.call(Wire.get("/nowhere", header)), 401, "invalid_api_key");
    var anthropic = stage.call(Wire.post("/v1/messages", "{}", header));
    assertThat(anthropic.status()).isEqualTo(401);
    assertThat(Json.parse(anthropic.body()).get("error").get("type").text())
        .isEqualTo("authentication_error");
    assertThat(anthropic.header("www-authenticate")).startsWith("Bearer ");
    assertThat(stage.call(Wire.get("/-/health", header)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization: Bearer %s",
        "Authorization: bearer  %s",
        "x-api-key: %s",
        "api-key: %s",
        "X-Goog-Api-Key: %s",
        "sec-websocket-protocol: realtime, openai-insecure-api-key.%s"
      })
  void aKeyIsTakenFromWhereverClientsPutThem(String header) throws Exception {
    var key = stageWith(Keys.of("acme")).getFirst();
    stage.provider().otherwise(exchange -> exchange.send(REPLY));

    assertThat(stage.chat(chat("Who?"), header.formatted(key)).status()).isEqualTo(200);
    assertThat(stage.chat(chat("Who?"), header.formatted(key)).isHit()).isTrue();
    var relayed = stage.call(Wire.get("/v1/files?a=b&key=" + key + "&c", header.formatted(key)));
    assertThat(relayed.status()).isEqualTo(200);
    var encoded = "/v1/files?%6bey=" + key + "&access_token=sk-mine";
    assertThat(stage.call(Wire.get(encoded)).status()).isEqualTo(200);
    assertThat(stage.provider().call(1).head().line()).isEqualTo("GET /v1/files?a=b&c HTTP/1.1");
    assertThat(stage.provider().call(2).head().line()).isEqualTo("GET /v1/files HTTP/1.1");
    for (int i = 0; i < 3; i++) {
      assertThat(stage.provider().call(i).head().toString()).doesNotContain(key);
    }
  }

  /** What comes behind the body comes too late to say who asks, and goes nowhere. */
  @Test
  void noCredentialComesOrGoesAsATrailer() throws Exception {
    var key = stageWith(Keys.of("acme")).getFirst();
    var trailers =
        List.of(
            "authorization: Bearer " + key,
            "x-api-key: sk-mine",
            "api-key: sk-mine",
            "x-goog-api-key: sk-mine",
            "cookie: session=sk-mine",
            "proxy-authorization: Bearer sk-mine",
            "x-sum: 7");
    var body = "2\r\n{}\r\n0\r\n" + String.join("\r\n", trailers) + "\r\n\r\n";
    var announced = "trailer: x-sum, authorization, x-api-key, cookie";
    for (var path : List.of("/v1/files", CHAT)) {
      var line = "POST " + path + " HTTP/1.1";
      var stranger = Wire.head(line, "host: x", "transfer-encoding: chunked", announced);
      assertRefused(stage.client().call(Wire.join(stranger, body.getBytes(UTF_8))), 401, INVALID);
      var rest = path.equals(CHAT) ? "{}" : "2\r\n{}\r\n0\r\nx-sum: 7\r\n\r\n";
      stage
          .provider()
          .next(exchange -> {
            var said = new String(exchange.in().readNBytes(rest.length()), UTF_8);
            exchange.send(Wire.reply(200, said, "connection: close"));
            exchange.close();
          });
      var head =
          Wire.head(line, "host: x", "transfer-encoding: chunked", announced, "x-api-key: " + key);
      var client = stage.client().send(Wire.join(head, body.getBytes(UTF_8)));
      assertThat(client.read().text()).isEqualTo(rest);
    }
    assertThat(stage.provider().call(0).head().toString()).doesNotContain(key);
  }

  @Test
  void whoShowsTwoKeysIsNobody() throws Exception {
    var keys = stageWith(Keys.of("acme"), Keys.of("bolt"));

    var both =
        new String[] {"authorization: Bearer " + keys.getFirst(), "x-api-key: " + keys.getLast()};
    assertRefused(stage.chat(chat("Who?"), both), 401, "invalid_api_key");
    stage.provider().next(REPLY);
    var twice =
        new String[] {"authorization: Bearer " + keys.getFirst(), "x-api-key: " + keys.getFirst()};
    assertThat(stage.chat(chat("Who?"), twice).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, {}, authorization, Bearer sk-held-by-the-gateway",
    "/openai/v1/files, {}, authorization, Bearer sk-held-by-the-gateway",
    "/v1/messages, {}, x-api-key, sk-ant-held-by-the-gateway"
  })
  void providersSeeTheGatewaysCredentialsAlone(
      String path, String body, String header, String shown) throws Exception {
    var key = stageWith(Keys.of("acme")).getFirst();
    stage.provider().next(REPLY);
    var reply =
        stage.call(
            Wire.post(
                path,
                body,
                "authorization: Bearer " + key,
                "x-api-key: sk-mine",
                "api-key: sk-mine",
                "x-goog-api-key: sk-mine",
                "cookie: session=sk-mine"));
    assertThat(reply.status()).isEqualTo(200);
    var head = stage.provider().call(0).head();
    assertThat(head.all(header)).containsExactly(shown);
    assertThat(head.toString()).doesNotContain(key).doesNotContain("sk-mine");
    assertThat(String.join("", head.toString().split("-held-by-the-gateway", -1)))
        .as("one credential alone")
        .hasSize(head.toString().length() - "-held-by-the-gateway".length());
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, "/v1/files"})
  void noCallerCanHaveTheGatewaysCredentialLeftOut(String path) throws Exception {
    var key = stageWith(Keys.of("acme")).getFirst();
    stage.provider().next(REPLY);
    var connection = "connection: keep-alive, authorization";
    assertThat(stage.call(Wire.post(path, "{}", "x-api-key: " + key, connection)).status())
        .isEqualTo(200);
    assertThat(stage.provider().call(0).head().all("authorization"))
        .containsExactly("Bearer " + OPENAI);
  }

  @Test
  void aKeyMayHaveACredentialOfItsOwn() throws Exception {
    var keys =
        stageWith(
            Keys.of("acme").credential("openai", "lab"),
            Keys.of("bolt").credential("openai", "none"));

    askAnew(keys.getFirst(), "Who?");
    assertThat(stage.provider().call(0).head().all("authorization"))
        .containsExactly("Bearer " + LAB);
    assertRefused(ask(keys.getLast(), "Who?"), 403, "forbidden");
    var list = Wire.get("/v1/models", "x-api-key: " + keys.getLast());
    assertRefused(stage.call(list), 403, "forbidden");
  }

  @Test
  void noTenantGetsTheAnswersOfAnother() throws Exception {
    var keys = stageWith(Keys.of("acme"), Keys.of("acme"), Keys.of("bolt"), Keys.of("Acme"));

    assertThat(askAnew(keys.get(0), "Who?").isHit()).isFalse();
    assertThat(ask(keys.get(1), "Who?").isHit()).as("the same tenant").isTrue();
    assertThat(askAnew(keys.get(2), "Who?").isHit()).isFalse();
    assertThat(askAnew(keys.get(3), "Who?").isHit()).isFalse();
  }

  @Test
  void tenantsShareWhereTheyHaveOneScopeByName() throws Exception {
    var keys =
        stageWith(
            Keys.of("acme").sharing("all"),
            Keys.of("bolt").sharing("all"),
            Keys.of("all"),
            Keys.of("acme"));

    assertThat(askAnew(keys.get(0), "Who?").isHit()).isFalse();
    assertThat(ask(keys.get(1), "Who?").isHit()).isTrue();
    assertThat(askAnew(keys.get(2), "Who?").isHit()).as("a tenant called like it").isFalse();
    assertThat(askAnew(keys.get(3), "Who?").isHit()).as("a tenant by himself").isFalse();
  }

  /** Neither the question nor the name of a tenant opens what /ask has, and the other way round. */
  @Test
  void askIsApart() throws Exception {
    var key = stageWith(Keys.of("ask")).getFirst();
    var demo = chat("Who?").replace("gpt-test", "demo");
    assertThat(stage.call(Wire.get("/ask?q=Who%3F")).status()).isEqualTo(200);
    assertThat(stage.chat(demo, "x-api-key: " + key).isHit()).isFalse();
  }

  /**
   * All but the first are revoked right after the gateway has looked, and so have to wait for as
   * long as that ever takes; of these, one at least is not held up by what else the machine does.
   */
  @Test
  void aRevokedKeyGetsNoHitWithinASecond() throws Exception {
    var key = Keys.of("acme");
    var keys = stageWith(key, key, key, key, key, key);
    askAnew(keys.getLast(), "Who?");
    var times = new ArrayList<Duration>();
    for (var text : keys.subList(0, keys.size() - 1)) {
      assertThat(ask(text, "Who?").isHit()).isTrue();
      Keys.revoke(text, file());
      long revoked = System.nanoTime();
      Poll.until("401", () -> statusOfHit(text) == 401);
      times.add(Duration.ofNanos(System.nanoTime() - revoked));
      assertRefused(ask(text, "Who?"), 401, "invalid_api_key");
    }
    assertThat(Collections.min(times.subList(1, times.size())))
        .as("the fastest of %s", times)
        .isLessThan(Duration.ofSeconds(1));
    assertThat(ask(keys.getLast(), "Who?").isHit()).isTrue();
  }

  private int statusOfHit(String key) {
    try {
      return ask(key, "Who?").status();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anExpiredKeyIsGoodForNothing() throws Exception {
    var keys =
        stageWith(
            Keys.of("acme").expiring(Instant.parse("2020-01-01T00:00:00Z")),
            Keys.of("acme").expiring(Instant.parse("2999-01-01T00:00:00Z")));

    askAnew(keys.getLast(), "Who?");
    assertRefused(ask(keys.getFirst(), "Who?"), 401, "invalid_api_key");
  }

  @Test
  void aKeyIsGoodForItsModelsAlone() throws Exception {
    var keys = stageWith(Keys.of("acme").models("gpt-*", "o3"), Keys.of("acme").models("o4"));
    var header = "x-api-key: " + keys.getFirst();
    var elsewhere = chat("Who?").replace("gpt-test", "o4");
    askAnew(keys.getFirst(), "Who?");
    assertThat(ask(keys.getFirst(), "Who?").isHit()).isTrue();

    assertRefused(ask(keys.getLast(), "Who?"), 403, "forbidden"); // not even a hit
    assertRefused(stage.chat(elsewhere, header), 403, "forbidden");
    var padded = elsewhere.replace("Who?", "x".repeat(100_000));
    assertRefused(stage.chat(padded, header), 403, "forbidden");
    for (var obscure :
        new String[] {
          "{\"model\":\"gpt-test\",\"model\":\"o4\",\"messages\":[]}", "{\"model\":", "{}", ""
        }) {
      assertRefused(stage.chat(obscure, header), 403, "forbidden");
    }
    assertRefused(stage.call(Wire.post("/v1/batches", "{}", header)), 403, "forbidden");
    assertRefused(stage.call(Wire.get("/v1/files", header)), 403, "forbidden");
    stage.provider().next(REPLY);
    assertThat(stage.call(Wire.get("/v1/models", header)).status()).isEqualTo(200);
  }

  @Test
  void tooManyCallsInAMinuteAreToldWhenToComeAgain() throws Exception {
    var key = stageWith(Keys.of("acme").quota(2, 0, 0)).getFirst();
    askAnew(key, "Who?");
    ask(key, "Who?");

    var refused = ask(key, "Who?");
    assertRefused(refused, 429, "rate_limit_exceeded");
    assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 31);
    var anthropic = stage.call(Wire.post("/v1/messages", "{}", "x-api-key: " + key));
    assertThat(anthropic.status()).isEqualTo(429);
    assertThat(anthropic.text()).contains("rate_limit_error");
  }

  @Test
  void hitsAndWhatIsRefusedCostNothingOfTheBudget() throws Exception {
    var key = stageWith(Keys.of("acme").quota(0, 3, 0)).getFirst();
    askAnew(key, "Who?");
    for (int i = 0; i < 10; i++) {
      assertThat(ask(key, "Who?").isHit()).isTrue();
    }
    stage.provider().stopListening();
    var other = "cache-control: only-if-cached";
    assertThat(stage.chat(chat("Whom?"), "x-api-key: " + key, other).status()).isEqualTo(504);
    assertThat(ask(key, "Who?").isHit()).isTrue();
  }

  @Test
  void whenTheBudgetIsSpentItIsSaidSoEvenToHits() throws Exception {
    var key = stageWith(Keys.of("acme").quota(0, 3, 0)).getFirst();
    stage.provider().otherwise(exchange -> exchange.send(REPLY));
    ask(key, "Who?");
    stage.chat(chat("Whom?"), "x-api-key: " + key, "cache-control: no-store");
    stage.call(Wire.get("/v1/files", "x-api-key: " + key));

    var refused = ask(key, "Who?");
    assertRefused(refused, 429, "insufficient_quota");
    assertThat(refused.header("x-should-retry")).isEqualTo("false");
    assertThat(refused.text()).contains("3 calls");
    assertThat(stage.provider().calls()).isEqualTo(3);
  }

  @Test
  void tokensAreCountedWhetherTheReplyIsKeptOrNot() throws Exception {
    var texts =
        stageWith(
            Keys.of("acme").quota(0, 0, 18),
            Keys.of("acme").quota(0, 0, 10),
            Keys.of("acme").quota(0, 0, 10));
    askAnew(texts.get(0), "Who?"); // 9 by its own account
    assertThat(askAnew(texts.get(0), "Whom?").status()).isEqualTo(200);
    assertRefused(ask(texts.get(0), "Who?"), 429, "insufficient_quota");

    stage.provider().next(REPLY);
    stage.chat(chat("A"), "x-api-key: " + texts.get(1), "cache-control: no-store");
    stage.provider().next(REPLY);
    stage.chat(chat("B"), "x-api-key: " + texts.get(1), "cache-control: no-store");
    assertRefused(ask(texts.get(1), "Who?"), 429, "insufficient_quota");

    stage.provider().next(Wire.stream(events("Wo", "von", "man"))); // which says nothing
    stage.chat(chatStream("C"), "x-api-key: " + texts.get(2));
    assertRefused(ask(texts.get(2), "Who?"), 429, "insufficient_quota");

    var relay = Wire.get("/v1/files", "x-api-key: " + Keys.of("acme").quota(0, 0, 9).addTo(file()));
    Poll.until("a new key", () -> statusOf(relay) == 403); // nobody knows what that costs
  }

  private int statusOf(byte[] request) {
    try {
      return stage.call(request).status();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void overHttp2NothingIsDifferent() throws Exception {
    var key = stageWith(Keys.of("acme")).getFirst();
    try (var client = new Http2Caller(stage.port())) {
      assertThat(client.status(chat("Who?"), "x-api-key", "sk-mine")).isEqualTo(401);
      stage.provider().next(REPLY);
      assertThat(client.status(chat("Who?"), "x-api-key", key)).isEqualTo(200);
      assertThat(client.status(chat("Who?"), "x-api-key", key)).isEqualTo(200);
    }
    var head = stage.provider().call(0).head();
    assertThat(head.toString()).doesNotContain(key).contains(OPENAI);
  }

  /** The JDK's client speaks HTTP/2 without TLS if asked to. */
  private record Http2Caller(int port, HttpClient client) implements AutoCloseable {
    Http2Caller(int port) {
      this(port, HttpClient.newHttpClient());
    }

    int status(String body, String header, String value) throws Exception {
      var request =
          HttpRequest.newBuilder()
              .uri(URI.create("http://127.0.0.1:" + port + CHAT))
              .version(HttpClient.Version.HTTP_2)
              .header(header, value)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @Test
  void aFileThatIsNotThereLetsNobodyIn() throws Exception {
    stage = Stage.set(this::withKeys);
    assertThat(Files.exists(file())).isFalse();
    assertRefused(ask(KeyText.random(), "Who?"), 401, "invalid_api_key");
  }

  private static void assertRefused(RawReply reply, int status, String code) throws Exception {
    UpstreamErrorTest.assertFailure(reply, status, code);
    assertThat(reply.text())
        .doesNotContain("rf-A")
        .doesNotContain("sk-")
        .doesNotContain("held-by-the-gateway");
  }
}
