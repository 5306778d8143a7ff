package dev.refrain.gateway;

import static io.netty.buffer.Unpooled.wrappedBuffer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is relayed differs by nothing but what docs/decisions/relay.md lists. */
@Timeout(60)
final class RelayedHeadersTest {
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
  void upstreamGetsAllButWhatIsOfTheConnection() throws Exception {
    stage.provider().next(Wire.reply(200, ""));
    var kept =
        new String[] {
          "Authorization: Bearer sk-1",
          "X-Api-Key: k",
          "cookie: a=b; c=d",
          "OpenAI-Beta: realtime=v1",
          "Accept-Encoding: gzip, br, zstd",
          "Accept: */*",
          "Range: bytes=1-2",
          "If-None-Match: \"x\"",
          "X-Twice: one",
          "x-twice: two",
          "X-Empty:",
          "X-Spaces:   in  between  ",
          "X-Latin: Gr\u00fc\u00dfe",
          "User-Agent: curl/8",
          "X-Forwarded-For: 10.0.0.1",
          "Via: 1.1 front",
          "Content-Type: multipart/form-data; boundary=x",
          "content-length: 2",
          "Cache-Control: no-cache",
          "Idempotency-Key: 7",
        };
    var head =
        Wire.head(
            "PUT /v1/files?a=%2F&b=+&c=%zz HTTP/1.1",
            "Host: evil.test",
            String.join("\r\n", kept),
            "Connection: keep-alive, X-Mine",
            "X-Mine: 1",
            "Keep-Alive: timeout=5",
            "Proxy-Authorization: Basic x",
            "Proxy-Connection: keep-alive",
            "Upgrade: h3");
    stage.call(new String(head, UTF_8).concat("{}").getBytes(ISO_8859_1));

    var call = stage.provider().call(0);
    assertThat(call.head().line()).isEqualTo("PUT /v1/files?a=%2F&b=+&c=%zz HTTP/1.1");
    assertThat(call.head().fields())
        .containsExactlyInAnyOrderElementsOf(
            fields(kept, "host: " + stage.provider().url().getAuthority()));
    assertThat(call.head().all("x-twice")).containsExactly("one", "two");
  }

  @Test
  void theClientGetsAllButWhatIsOfTheConnection() throws Exception {
    var kept =
        new String[] {
          "Content-Type: application/x-ndjson",
          "Content-Encoding: br",
          "Date: Thu, 01 Jan 2026 00:00:00 GMT",
          "Server: them",
          "Set-Cookie: a=b",
          "set-cookie: c=d",
          "X-RateLimit-Remaining: 7",
          "Retry-After: 3",
          "ETag: W/\"x\"",
          "Cache-Control: public, max-age=60",
          "Location: /v1/elsewhere",
          "Alt-Svc: h3=\":443\"",
          "WWW-Authenticate: Bearer",
          "Cache-Status: theirs; hit",
          "content-length: 2",
        };
    var head =
        Wire.head(
            "HTTP/1.1 299 Odd",
            String.join("\r\n", kept),
            "Connection: X-Theirs",
            "X-Theirs: 1",
            "Keep-Alive: timeout=5",
            "Proxy-Authenticate: Basic",
            "Upgrade: h2c");
    stage.provider().next(Wire.join(head, "{}".getBytes(UTF_8)));
    var reply = stage.call(Wire.get("/v1/files"));
    assertThat(reply.status()).isEqualTo(299);
    assertThat(reply.head().all("vary")).singleElement().asString().contains("authorization");
    assertThat(reply.head().fields())
        .filteredOn(field -> !field.getKey().matches("(?i)vary|refrain-request-id"))
        .containsExactlyInAnyOrderElementsOf(
            fields(kept, "cache-status: refrain; fwd=bypass; detail=endpoint"));
    assertThat(reply.head().all("set-cookie")).containsExactly("a=b", "c=d");
  }

  private static List<Map.Entry<String, String>> fields(String[] kept, String more) {
    return Stream.concat(Stream.of(kept), Stream.of(more))
        .map(line -> line.split(":", 2))
        .map(parts -> Map.entry(parts[0], parts[1].strip()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"HEAD,200", "GET,304", "HEAD,404"})
  void theLengthOfABodyThatIsNotSentIsKept(String method, int status) throws Exception {
    stage
        .provider()
        .next(Wire.head("HTTP/1.1 " + status + " X", "content-length: 1234", "etag: \"x\""));
    var client = stage.client().send(Wire.head(method + " /v1/files HTTP/1.1", "host: x"));
    assertThat(client.readBodiless().header("content-length")).isEqualTo("1234");
    assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @Test
  void trailersComeAfterTheBody() throws Exception {
    var head =
        Wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked", "Trailer: x-sum, X-Other");
    var end = "3\r\nabc\r\n0\r\nx-sum: 7\r\nX-Other: a\r\nConnection: x\r\n\r\n";
    stage.provider().next(Wire.join(head, end.getBytes(UTF_8)));
    var client = stage.client().send(Wire.get("/v1/files", "TE: trailers", "connection: TE"));
    var answer = client.readHead();
    assertThat(answer.get("trailer")).isEqualTo("x-sum, X-Other");
    var expected = "3\r\nabc\r\n0\r\nx-sum: 7\r\nX-Other: a\r\n\r\n";
    assertThat(new String(client.in().readNBytes(expected.length()), UTF_8)).isEqualTo(expected);
    assertThat(stage.provider().call(0).head().get("te")).isEqualTo("trailers");
    assertThat(stage.provider().call(0).head().get("connection")).isEqualTo("te");
    assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"3\\r\\nabc\\r\\n,x-sum: 7\\r\\nX-Other: a\\r\\n", "'','x-sum: 7\\r\\n'", "'',''"})
  void trailersGoUpAfterTheBody(String chunks, String trailers) throws Exception {
    var body = (chunks + "0\\r\\n" + trailers + "\\r\\n").replace("\\r\\n", "\r\n");
    for (int i = 0; i < 20; i++) { // on a known connection to upstream, from any event loop
      stage
          .provider()
          .next(exchange -> {
            assertThat(exchange.head().get("trailer")).isEqualTo("x-sum, X-Other");
            assertThat(new String(exchange.readRaw(body.length()), UTF_8)).isEqualTo(body);
            exchange.send(Wire.reply(200, "thanks"));
          });
      var line = "POST /v1/files HTTP/1.1";
      var chunked = "transfer-encoding: chunked";
      var head = Wire.head(line, "host: x", chunked, "Trailer: x-sum, X-Other");
      if (i % 3 == 0) {
        stage.client(); // so that the next one has another event loop than he would have had
      }
      var client = stage.client();
      client.send(Wire.join(head, body.getBytes(UTF_8)));
      assertThat(client.read().text()).isEqualTo("thanks");
      assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
    }
  }

  /** What was not seen when the request was let in must not count for more than what was. */
  @Test
  void trailersThatWouldMeanSomethingAmongTheHeadersGoNowhere() throws Exception {
    try (var strict = Stage.set(setup -> setup.credentialHeaders("X-Team"))) {
      var expected = "0\r\nx-sum: 7\r\n\r\n";
      strict
          .provider()
          .next(exchange -> {
            var said = new String(exchange.in().readNBytes(expected.length()), UTF_8);
            exchange.send(Wire.reply(200, said, "connection: close"));
            exchange.close();
          });
      var line = "POST /v1/files HTTP/1.1";
      var head = Wire.head(line, "host: x", "transfer-encoding: chunked", "trailer: x-sum");
      var trailers =
          List.of(
              "Authorization: Bearer other",
              "x-api-key: other",
              "X-TEAM: other",
              "cookie: a=b",
              "Host: other",
              "Content-Type: other",
              "openai-organization: other",
              "Helicone-Cache-Enabled: true",
              "Connection: close",
              "proxy-authorization: other",
              "transfer-encoding: chunked",
              "content-length: 5",
              "x-sum: 7");
      var end = "0\r\n" + String.join("\r\n", trailers) + "\r\n\r\n";
      var client = strict.client().send(Wire.join(head, end.getBytes(UTF_8)));
      assertThat(client.read().text()).isEqualTo(expected);
    }
  }

  @Test
  void earlyHintsComeEarly() throws Exception {
    var gate = new Gate();
    stage
        .provider()
        .next(exchange -> {
          exchange.send(Wire.head("HTTP/1.1 103 Early Hints", "Link: </a>; rel=x", "upgrade: x"));
          gate.pass();
          exchange.send(Wire.reply(200, "late"));
        });
    var client = stage.client().send(Wire.get("/v1/files"));
    var hints = client.readInterimHead();
    assertThat(hints.line()).startsWith("HTTP/1.1 103 ");
    assertThat(hints.fields()).containsExactly(Map.entry("Link", "</a>; rel=x"));
    gate.open();
    assertThat(client.read().text()).isEqualTo("late");
  }

  @Test
  void otherInterimRepliesComeEarlyToo() throws Exception {
    var gate = new Gate();
    stage
        .provider()
        .next(exchange -> {
          exchange.send(Wire.head("HTTP/1.1 102 Processing", "X: y", "upgrade: x"));
          exchange.send(Wire.head("HTTP/1.1 103 Early Hints", "Link: </a>"));
          exchange.send(Wire.head("HTTP/1.1 199 Whatever", "x: y"));
          gate.pass();
          exchange.send(Wire.reply(200, "late"));
        });
    var client = stage.client().send(Wire.get("/v1/files"));
    var processing = client.readInterimHead();
    assertThat(processing.line()).startsWith("HTTP/1.1 102 ");
    assertThat(processing.fields()).containsExactly(Map.entry("X", "y"));
    assertThat(client.readInterimHead().line()).startsWith("HTTP/1.1 103 ");
    assertThat(client.readInterimHead().line()).startsWith("HTTP/1.1 199 ");
    gate.open();
    assertThat(client.read().text()).isEqualTo("late");
  }

  @Test
  void otherInterimRepliesComeOverHttp2Too() throws Exception {
    var interim = Wire.head("HTTP/1.1 102 Processing", "X-Y: z", "upgrade: x");
    stage.provider().next(Wire.join(interim, Wire.reply(200, "at last")));
    var connection = RawHttp2.on(stage.client());
    var block = RawHttp2.headers("GET", "/v1/files");
    connection.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, block);
    var decoder = new DefaultHttp2HeadersDecoder(true);
    var first = connection.await(RawHttp2.HEADERS);
    assertThat(first.flags() & RawHttp2.END_STREAM).isZero();
    var headers = decoder.decodeHeaders(1, wrappedBuffer(first.payload()));
    assertThat(headers.status()).hasToString("102");
    assertThat(headers.get("x-y")).hasToString("z");
    assertThat(headers.size()).isEqualTo(2);
    var second = connection.await(RawHttp2.HEADERS);
    assertThat(decoder.decodeHeaders(1, wrappedBuffer(second.payload())).status())
        .hasToString("200");
    assertThat(new String(connection.await(RawHttp2.DATA).payload(), UTF_8)).isEqualTo("at last");
  }

  @Test
  void otherInterimRepliesAreNotTakenForTheReply() throws Exception {
    var interim = Wire.head("HTTP/1.1 102 Processing", "x: y");
    var other = Wire.head("HTTP/1.1 199 Whatever", "x: y");
    var more = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(UTF_8);
    var whole = Wire.join(interim, more, other, Wire.reply(200, "at last"));
    for (var path : List.of("/v1/files", "/v1/chat/completions")) {
      stage.provider().next(Acts.reply(whole));
      assertThat(stage.call(Wire.post(path, "{}")).text()).isEqualTo("at last");
    }
  }

  /** A little that would become a lot stays a little, on its way and while it is looked at. */
  @Test
  void whatIsCompressedStaysSo() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[20 << 20]);
    }
    var bomb = packed.toByteArray();
    for (var path : List.of("/v1/files", "/v1/chat/completions")) {
      stage.provider().next(Wire.reply(200, bomb, "content-encoding: gzip"));
      int call = stage.provider().calls();
      var reply = stage.call(Wire.post(path, bomb, "content-encoding: gzip"));
      assertThat(reply.body()).isEqualTo(bomb);
      assertThat(reply.header("content-encoding")).isEqualTo("gzip");
      assertThat(stage.provider().call(call).readBody()).isEqualTo(bomb);
      assertThat(stage.provider().call(call).head().get("content-encoding")).isEqualTo("gzip");
    }
  }

  @Test
  void aReplyThatIsPackedTwiceIsPassedOnAsItIs() throws Exception {
    var head = Wire.head("HTTP/1.1 200 OK", "transfer-encoding: gzip, chunked");
    var body = Wire.join(Wire.chunk(new byte[] {1, 2, 3}), "0\r\n\r\n".getBytes(UTF_8));
    stage.provider().next(Wire.join(head, body));
    var reply = stage.call(Wire.get("/v1/files"));
    assertThat(reply.status()).isEqualTo(502); // it cannot be told to the client otherwise
  }
}
