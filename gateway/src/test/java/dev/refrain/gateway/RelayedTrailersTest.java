package dev.refrain.gateway;

import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.GOAWAY;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.PING;
import static dev.refrain.gateway.testing.RawHttp2.RST_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.SETTINGS;
import static dev.refrain.gateway.testing.RawHttp2.frame;
import static dev.refrain.gateway.testing.RawHttp2.headers;
import static dev.refrain.gateway.testing.RawHttp2.trailers;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.UpstreamTls;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows the body of a request goes up with it, from any kind of connection to any other. */
@Timeout(60)
final class RelayedTrailersTest {
  private static final String POST = "POST /v1/files HTTP/1.1";
  private static final String CHUNKED = "transfer-encoding: chunked";

  /** Says which body came, as it came. */
  private static final FakeProvider.Act ECHO =
      exchange -> exchange.send(Wire.reply(200, exchange.readRawTo("\r\n\r\n")));

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage.provider().otherwise(ECHO);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3\r\nabc\r\n", ""})
  void theyNeedNotBeAnnounced(String chunks) throws Exception {
    var body = chunks + "0\r\nx-sum: 7\r\nX-Other: a\r\n\r\n";
    var client = stage.client();
    for (int i = 0; i < 2; i++) { // on a connection on which there were some already
      client.send(Wire.join(Wire.head(POST, "host: x", CHUNKED), body.getBytes(UTF_8)));
      assertThat(client.read().text()).isEqualTo(body);
      assertThat(stage.provider().call(i).head().get("trailer")).isEmpty();
    }
    client.send(Wire.head(POST, "host: x", CHUNKED)).send("1\r\nx\r\n0\r\n\r\n");
    assertThat(client.read().text()).isEqualTo("1\r\nx\r\n0\r\n\r\n");
  }

  /** Vert.x keeps what comes before its time, and tells of it when the trailers have gone by. */
  @Test
  void eachRequestOfManyAtOnceGoesUpWithItsOwn() throws Exception {
    var client = stage.client();
    var plain =
        Wire.join(Wire.head(POST, "host: x", CHUNKED), "1\r\nx\r\n0\r\n\r\n".getBytes(UTF_8));
    client.send(Wire.join(numbered(1), numbered(2), plain, numbered(3), plain));
    assertThat(client.read().text()).isEqualTo(body(1));
    assertThat(client.read().text()).isEqualTo(body(2));
    assertThat(client.read().text()).isEqualTo("1\r\nx\r\n0\r\n\r\n");
    assertThat(client.read().text()).isEqualTo(body(3));
    assertThat(client.read().text()).isEqualTo("1\r\nx\r\n0\r\n\r\n");
    assertThat(client.send(numbered(4)).read().text()).isEqualTo(body(4));
  }

  /** They may be of another's request, behind a proxy that shares its connections. */
  @Test
  void aRequestThatWaitsDoesNotTakeThoseOfTheNext(@TempDir Path folder) throws Exception {
    var proof = Proof.usual(folder);
    var gate = new Gate();
    try (var late = FakeProvider.behindTls(proof.show(), gate);
        var both = Stage.set(setup -> with(setup, late, proof))) {
      both.provider().otherwise(ECHO);
      late.next(ECHO);
      var client = both.client().send(Wire.join(numbered(1), numbered("/late", 2)));
      assertThat(client.read().text()).isEqualTo(body(1));
      gate.awaitReached();
      client.send(numbered(3));
      letBeRead(both);
      gate.open();
      assertThat(client.read().text()).isEqualTo(body(2));
      assertThat(client.read().text()).isEqualTo(body(3));
    }
  }

  private static Setup with(Setup setup, FakeProvider late, Proof proof) {
    try {
      var url = URI.create("https://127.0.0.1:" + late.url().getPort());
      var trusting = new UpstreamTls(proof.tls().certificate(), null);
      return setup.privateUpstream("late", url, false, trusting);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Of what was sent before, by having all event loops read what comes after. */
  private static void letBeRead(Stage stage) throws Exception {
    for (int i = 0; i < 16; i++) {
      try (var client = RawClient.to(stage.port())) {
        assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
      }
    }
  }

  private static byte[] numbered(int number) {
    return numbered("", number);
  }

  private static byte[] numbered(String upstream, int number) {
    var line = "POST " + upstream + "/v1/files HTTP/1.1";
    return Wire.join(Wire.head(line, "host: x", CHUNKED), body(number).getBytes(UTF_8));
  }

  private static String body(int number) {
    return "1\r\n" + number + "\r\n0\r\nx-sum: " + number + "\r\n\r\n";
  }

  @Test
  void theyComeOverHttp2Too() throws Exception {
    var connection = RawHttp2.on(stage.client());
    connection.send(HEADERS, END_HEADERS, 1, headers("POST", "/v1/files", "trailer", "x-sum"));
    stage.provider().awaitCalls(1);
    assertThat(stage.provider().call(0).head().get("trailer")).isEqualTo("x-sum");
    connection.send(DATA, 0, 1, "abc".getBytes(UTF_8));
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, trailers("x-sum", "7", "x-other", "a"));
    assertThat(said(connection)).isEqualTo("3\r\nabc\r\n0\r\nx-sum: 7\r\nx-other: a\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theyComeOverHttp2AllAtOnceToo(boolean upgraded) throws Exception {
    var client = stage.client();
    var connection = upgraded ? RawHttp2.upgrade(client, "/-/health") : RawHttp2.on(client);
    if (upgraded) {
      connection.await(DATA);
    }
    int last = END_HEADERS | END_STREAM;
    for (int stream = 3; stream < 11; stream += 4) {
      client.send(
          Wire.join(
              frame(HEADERS, END_HEADERS, stream, headers("POST", "/v1/files")),
              frame(DATA, 0, stream, "abc".getBytes(UTF_8)),
              frame(HEADERS, last, stream, trailers("x-sum", "7"))));
      assertThat(said(connection)).isEqualTo("3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n");
      client.send(
          Wire.join(
              frame(HEADERS, END_HEADERS, stream + 2, headers("POST", "/v1/files")),
              frame(HEADERS, last, stream + 2, trailers("x-sum", "7"))));
      assertThat(said(connection)).isEqualTo("0\r\nx-sum: 7\r\n\r\n");
    }
  }

  /** Else it would get a body, which not all servers take with each method. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "POST"})
  void noneAreAnnouncedOverHttp2WhenTheHeadIsAllThereIs(String method) throws Exception {
    stage.provider().otherwise(exchange -> exchange.send(Wire.reply(200, "all")));
    var connection = RawHttp2.on(stage.client());
    var head = headers(method, "/v1/files", "trailer", "x-sum");
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, head);
    assertThat(said(connection)).isEqualTo("all");
    assertThat(stage.provider().call(0).head().get("trailer")).isEmpty();
    assertThat(stage.provider().call(0).head().get("transfer-encoding")).isEmpty();
  }

  /** Be it that all has come before upstream is asked. */
  @Test
  void theyAreAnnouncedOverHttp2WhenTheyComeAtOnce() throws Exception {
    var client = stage.client();
    var connection = RawHttp2.on(client);
    client.send(
        Wire.join(
            frame(HEADERS, END_HEADERS, 1, headers("POST", "/v1/files", "trailer", "x-sum")),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, trailers("x-sum", "7"))));
    assertThat(said(connection)).isEqualTo("0\r\nx-sum: 7\r\n\r\n");
    assertThat(stage.provider().call(0).head().get("trailer")).isEqualTo("x-sum");
  }

  /** Nor is anything made of them that upstream could take for another request. */
  @Test
  void theyAreLeftOutWhereABodyHasItsLength() throws Exception {
    stage
        .provider()
        .next(exchange -> exchange.send(Wire.reply(200, new String(exchange.readBody(), UTF_8))));
    var connection = RawHttp2.on(stage.client());
    var head = headers("POST", "/v1/files", "content-length", "3", "trailer", "x-sum");
    connection.send(HEADERS, END_HEADERS, 1, head);
    connection.send(DATA, 0, 1, "abc".getBytes(UTF_8));
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, trailers("x-sum", "7"));
    assertThat(said(connection)).isEqualTo("abc");
    assertThat(stage.provider().call(0).head().get("trailer")).isEmpty();
    var body = "0\r\n\r\n";
    var client = stage.client().send(Wire.head(POST, "host: x", CHUNKED, "trailer: x")).send(body);
    assertThat(client.read().text()).isEqualTo(body);
    assertThat(stage.provider().call(1).connection()).isEqualTo(1);
  }

  @Test
  void thoseOverHttp2ThatWouldMeanSomethingAmongTheHeadersGoNowhere() throws Exception {
    var connection = RawHttp2.on(stage.client());
    connection.send(HEADERS, END_HEADERS, 1, headers("POST", "/v1/files"));
    var block =
        trailers(
            "authorization", "Bearer other",
            "x-api-key", "other",
            "cookie", "a=b",
            "host", "other",
            "content-length", "5",
            "content-type", "other",
            "openai-organization", "other",
            "helicone-cache-enabled", "true",
            "trailer", "x",
            "te", "trailers",
            "proxy-authorization", "other",
            "x-sum", "7");
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, block);
    assertThat(said(connection)).isEqualTo("0\r\nx-sum: 7\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x=a\r\nb: c",
        "x=a\nb",
        "x=a\0b",
        "a b=c",
        "x:y=z",
        "Upper=x",
        ":path=/other",
        ":unknown=x",
        "transfer-encoding=chunked",
        "connection=close",
      })
  void thoseOverHttp2ThatAreNoneEndNothing(String trailer) throws Exception {
    stage
        .provider()
        .otherwise(exchange -> {
          assertThat(exchange.in().readAllBytes()).asString(ISO_8859_1).isEqualTo("3\r\nabc\r\n");
        });
    var connection = RawHttp2.on(stage.client());
    connection.send(HEADERS, END_HEADERS, 1, headers("POST", "/v1/files"));
    connection.send(DATA, 0, 1, "abc".getBytes(UTF_8));
    stage.provider().awaitCalls(1);
    int at = trailer.indexOf('=');
    var block = trailers(trailer.substring(0, at), trailer.substring(at + 1));
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, block);
    var answer = connection.read();
    while (answer.type() != RST_STREAM && answer.type() != GOAWAY) {
      answer = connection.read();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x y: 1", "x\1: 1", "x: a\1b", "x: a\r\n b", "x: a\0b", ": x", "x"})
  void thoseThatAreNoneEndNothing(String trailer) throws Exception {
    stage
        .provider()
        .otherwise(exchange -> {
          assertThat(exchange.in().readAllBytes()).asString(ISO_8859_1).isEqualTo("3\r\nabc\r\n");
        });
    var client = stage.client().send(Wire.head(POST, "host: x", CHUNKED)).send("3\r\nabc\r\n");
    stage.provider().awaitCalls(1);
    client.send("0\r\nx-sum: 7\r\n" + trailer + "\r\n\r\n");
    assertThat(client.read().status()).isEqualTo(400);
  }

  /** To another gateway, which has to understand them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 3_000_000}) // of which the last waits for upstream many times
  void theyGoUpOverHttp2Too(int length) throws Exception {
    var other = URI.create("http://127.0.0.1:" + stage.port());
    try (var first = Stage.set(setup -> setup.http2Upstream("modern", other))) {
      var head = Wire.head("POST /modern/v1/files HTTP/1.1", "host: x", CHUNKED, "trailer: x-sum");
      var chunk = (length == 0) ? new byte[0] : Wire.chunk("z".repeat(length).getBytes(UTF_8));
      for (int i = 0; i < 4; i++) {
        var client = first.client().send(Wire.join(head, chunk));
        var said = client.send("0\r\nx-sum: 7\r\nX-Other: a\r\n\r\n").read().text();
        assertThat(said.chars().filter(character -> character == 'z').count()).isEqualTo(length);
        assertThat(said).endsWith("0\r\nx-sum: 7\r\nx-other: a\r\n\r\n");
        assertThat(stage.provider().call(i).head().get("trailer")).isEqualTo("x-sum");
        assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
      }
    }
  }

  /** Upstream would wait for the end, and the client for upstream. */
  @Test
  void aRequestIsTakenBackWhoseTrailersAreMoreThanUpstreamTakes() throws Exception {
    try (var server = new ServerSocket(0)) {
      var url = URI.create("http://127.0.0.1:" + server.getLocalPort());
      try (var first = Stage.set(setup -> setup.http2Upstream("modern", url))) {
        var head = Wire.head("POST /modern/v1/files HTTP/1.1", "host: x", CHUNKED);
        var client = first.client().send(head).send("3\r\nabc\r\n");
        try (var upstream = RawHttp2.accept(server)) {
          upstream.send(SETTINGS, 0, 0, new byte[] {0, 6, 0, 0, 4, 0}); // 1024 bytes of headers
          int stream = upstream.await(DATA).stream();
          upstream.send(PING, 0, 0, new byte[8]).await(PING); // and so the settings are known
          client.send("0\r\nx-sum: " + "7".repeat(2000) + "\r\n\r\n");
          assertThat(upstream.await(RST_STREAM).stream()).isEqualTo(stream);
          assertThat(client.read().status()).isEqualTo(502);

          client = first.client().send(head).send("0\r\nx-sum: 7\r\n\r\n");
          int next = upstream.await(HEADERS).stream();
          assertThat(upstream.await(HEADERS).flags() & END_STREAM).isEqualTo(END_STREAM);
          upstream.send(HEADERS, END_HEADERS | END_STREAM, next, (byte) 0x88); // 200, of HPACK
          assertThat(client.read().status()).isEqualTo(200);
        }
      }
    }
  }

  private static String said(RawHttp2 connection) throws Exception {
    var said = new StringBuilder();
    RawHttp2.Frame frame;
    do {
      frame = connection.await(DATA);
      said.append(new String(frame.payload(), UTF_8));
    } while ((frame.flags() & END_STREAM) == 0);
    return said.toString();
  }
}
