package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Admin;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to what belongs to the operator, on the wire. */
@Timeout(60)
final class AdminTest {
  private static final String ABOUT = "/-/api/about";
  private static final String TOKEN = "0123456789abcdef";
  private static final String[] PROOF = {"authorization: Bearer " + TOKEN};

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void whoIsOnThisMachineIsAnswered() throws Exception {
    var reply = ask("GET", ABOUT, "host: localhost");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(Json.parse(reply.body()).get("name").text()).isEqualTo("refrain");
    assertThat(reply.header("cache-control")).isEqualTo("no-store");
    assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(reply.header("access-control-allow-origin")).isEmpty();
  }

  @Test
  void onlyTheTokenCountsWhereItMust() throws Exception {
    stage.close();
    stage = Stage.set(setup -> setup.admin(new Admin(new Secret(TOKEN), false, List.of())));

    var refused = ask("GET", ABOUT, "host: localhost");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("www-authenticate")).startsWith("Bearer ");
    assertThat(ask("GET", ABOUT, "host: localhost", "authorization: Bearer x").status())
        .isEqualTo(401);
    assertThat(ask("GET", ABOUT, "host: gateway.example", PROOF[0]).status()).isEqualTo(200);
    assertThat(ask("POST", ABOUT, "host: gateway.example").status())
        .as("who may not read does not learn what he might do")
        .isEqualTo(401);
    assertThat(ask("POST", ABOUT, "host: gateway.example", PROOF[0]).status()).isEqualTo(405);
    assertThat(ask("GET", "/-/health", "host: gateway.example").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host: evil.example",
        "host: localhost.evil.example",
        "host: localhost\r\norigin: http://evil.example",
        "host: localhost\r\norigin: null",
        "host: localhost\r\nsec-fetch-site: cross-site",
        "host: localhost\r\nsec-fetch-site: same-site",
        "host: localhost\r\nx-forwarded-for: 127.0.0.1",
        "host: localhost\r\nX-FORWARDED-FOR: ",
        "host: localhost\r\nforwarded: for=127.0.0.1",
        "host: localhost\r\nvia: 1.1 x"
      })
  void whoeverCameByATrickIsRefused(String headers) throws Exception {
    var reply = ask("GET", ABOUT, headers);

    assertThat(reply.status()).isEqualTo(403);
    assertThat(Json.parse(reply.body()).get("error").get("message").text()).isNotBlank();
    assertThat(reply.header("access-control-allow-origin")).isEmpty();
  }

  @Test
  void aRequestWithoutOrWithTwoHostsIsForNobody() throws Exception {
    assertThat(ask("GET", ABOUT, "x: y").status()).isBetween(400, 403);
    assertThat(ask("GET", ABOUT, "host: localhost", "host: evil.example").status())
        .isBetween(400, 403);
    assertThat(ask("GET", ABOUT, "host: evil.example", "host: localhost").status())
        .isBetween(400, 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost/-/api/about", "http://evil.example/-/api/about"})
  void aTargetForProxiesIsRefused(String target) throws Exception {
    assertThat(ask("GET", target, "host: localhost").status()).isEqualTo(403);
  }

  @Test
  void whatAnOldProxySendsIsRefused() throws Exception {
    try (var client = stage.client()) {
      var reply =
          client.call(Wire.head("GET " + ABOUT + " HTTP/1.0", "host: 127.0.0.1:" + stage.port()));
      assertThat(reply.status()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/-/%61pi/about",
        "/-/api/%61bout",
        "/-//api/about",
        "/-/api/about/",
        "/-/api;a=b/about",
        "//-/api/about",
        "/%2d/api/about",
        "/-%2fapi/about",
        "/openai/-/api/about",
        "/openai/%2d/api/about",
        "/-\\api\\about"
      })
  void onlyThePlainPathLeadsThere(String path) throws Exception {
    assertThat(ask("GET", path, "host: localhost").status()).isEqualTo(404);
    assertThat(stage.provider().calls()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void otherMethodsAreRefusedWithThoseThatAreNot(String method) throws Exception {
    var reply = ask(method, ABOUT, "host: localhost");

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void aBrowserThatAsksForAForeignPageIsNotLetIn() throws Exception {
    var reply =
        ask(
            "OPTIONS",
            ABOUT,
            "host: localhost",
            "origin: http://evil.example",
            "access-control-request-method: POST");

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.header("access-control-allow-origin")).isEmpty();
    assertThat(reply.header("access-control-allow-methods")).isEmpty();
  }

  @Test
  void theHeadAloneCanBeHad() throws Exception {
    var client = stage.client();
    client.send(Wire.head("HEAD " + ABOUT + " HTTP/1.1", "host: localhost"));

    assertThat(client.readBodiless().status()).isEqualTo(200);
    assertThat(client.call(Wire.head("GET " + ABOUT + " HTTP/1.1", "host: localhost")).status())
        .as("the connection goes on")
        .isEqualTo(200);
  }

  @Test
  void aBodyThatIsNotWantedIsNotReadForEver() throws Exception {
    var client = stage.client();
    client.send(
        Wire.head(
            "POST " + ABOUT + " HTTP/1.1", "host: evil.example", "content-length: 1000000000"));
    var reply = client.read();

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.header("connection")).isEqualTo("close");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    var client = stage.client();
    client.send(
        Wire.join(
            Wire.head(
                "GET " + ABOUT + " HTTP/1.1",
                "host: localhost",
                "content-type: application/json",
                "content-length: 3000000"),
            new byte[2_000_000]));

    assertThat(client.read().status()).isEqualTo(413);
  }

  @Test
  void manyWhoAskAtOnceAreAllAnswered() throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 20; i++) {
      clients.add(stage.client().send(Wire.head("GET " + ABOUT + " HTTP/1.1", "host: localhost")));
    }
    for (var client : clients) {
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void inHttp2TheSameHolds() throws Exception {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var uri = URI.create("http://localhost:" + stage.port() + ABOUT);
      var answered = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertThat(answered.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answered.statusCode()).isEqualTo(200);
      var foreign = HttpRequest.newBuilder(uri).header("origin", "http://evil.example").build();
      assertThat(client.send(foreign, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
      var forwarded = HttpRequest.newBuilder(uri).header("x-forwarded-for", "x").build();
      assertThat(client.send(forwarded, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    }
  }

  private RawReply ask(String method, String path, String first, String... more) throws Exception {
    return stage.call(Wire.head(method + " " + path + " HTTP/1.1", first, more));
  }
}
