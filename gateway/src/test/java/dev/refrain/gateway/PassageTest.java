package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cache does not know is relayed, byte for byte. */
@Timeout(60)
final class PassageTest {
  private static final int MANY = 5_000_003;

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
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"})
  void anyMethodGoesThrough(String method) throws Exception {
    var reply = Wire.reply(207, method.equals("HEAD") ? "" : "tea", "x-pot: a", "X-Pot: b");
    stage.provider().next(reply);
    var client = stage.client().send(Wire.head(method + " /pots?a=%2F HTTP/1.1", "host: x"));
    var answer = method.equals("HEAD") ? client.readBodiless() : client.read();

    assertThat(answer.status()).isEqualTo(207);
    assertThat(answer.head().all("x-pot")).containsExactly("a", "b");
    assertThat(answer.text()).isEqualTo(method.equals("HEAD") ? "" : "tea");
    assertThat(answer.cacheStatus()).isEqualTo("refrain; fwd=bypass; detail=endpoint");
    var call = stage.provider().call(0);
    assertThat(call.head().line()).isEqualTo(method + " /pots?a=%2F HTTP/1.1");
    assertThat(call.head().names()).doesNotContain("transfer-encoding");
    assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/v1",
        "/v2/models",
        "//v1//models",
        "/other/v1/models",
        "/favicon.ico",
        "/OPENAI/v1/models",
        "/ask/",
        "/-x/y",
        "/v1/a;b=c/d",
        "/v1/100%25",
        "/v1/a%2Fb%2e%2ec",
        "/v1/...",
        "/.well-known/x",
        "/v1/models/org%2Fname:tag@1"
      })
  void anyPathGoesThrough(String path) throws Exception {
    stage.provider().next(Wire.reply(200, "there"));
    assertThat(stage.call(Wire.get(path)).text()).isEqualTo("there");
    assertThat(stage.provider().call(0).head().line()).isEqualTo("GET " + path + " HTTP/1.1");
    stage.provider().next(Wire.reply(200, "there"));
    assertThat(stage.call(Wire.get("/anthropic" + path)).text()).isEqualTo("there");
    assertThat(stage.provider().call(1).head().line()).isEqualTo("GET " + path + " HTTP/1.1");
  }

  @ParameterizedTest
  @CsvSource({"1,204", "1,304", "1,200", "3,200", "0,200"})
  void emptyRepliesStayEmpty(int kind, int status) throws Exception {
    var length = (kind == 3) ? "x: y" : "content-length: 0";
    var ending = (kind == 0) ? Wire.chunked(status, List.of()) : new byte[0];
    var head = (kind == 0) ? ending : Wire.head("HTTP/1.1 " + status + " OK", length);
    stage.provider().next((kind == 3) ? Acts.cut(head, head.length) : Acts.reply(head));
    var client = stage.client();
    var reply = client.call(Wire.get("/v1/files"));
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.whole()).isTrue();
    assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @Test
  void aLongBodyGoesUpWithItsLength() throws Exception {
    var body = RandomBytes.of(MANY);
    stage.provider().next(Wire.reply(200, "thanks"));
    var request = Wire.post("/v1/files", body, "content-type: multipart/form-data; boundary=x");
    assertThat(stage.call(request).text()).isEqualTo("thanks");

    var call = stage.provider().call(0);
    assertThat(call.head().get("content-length")).isEqualTo(Integer.toString(MANY));
    assertThat(call.head().names()).doesNotContain("transfer-encoding");
    assertThat(sha256(call.readBody())).isEqualTo(sha256(body));
  }

  @Test
  void aLongBodyGoesUpInChunks() throws Exception {
    var body = RandomBytes.of(MANY);
    stage.provider().next(Wire.reply(200, "thanks"));
    var client = stage.client();
    client.send(Wire.head("PUT /v1/files HTTP/1.1", "host: x", "Transfer-Encoding: chunked"));
    for (int at = 0; at < MANY; at += 70_001) {
      client.send(Wire.chunk(Arrays.copyOfRange(body, at, Math.min(at + 70_001, MANY))));
    }
    assertThat(client.send("0\r\n\r\n").read().text()).isEqualTo("thanks");

    var call = stage.provider().call(0);
    assertThat(call.head().get("transfer-encoding")).isEqualTo("chunked");
    assertThat(call.head().names()).doesNotContain("content-length");
    assertThat(sha256(call.readBody())).isEqualTo(sha256(body));
  }

  @Test
  void aLongReplyComesWithItsLength() throws Exception {
    var body = RandomBytes.of(MANY);
    stage.provider().next(Wire.reply(200, body, "content-type: audio/mpeg"));
    var reply = stage.call(Wire.get("/v1/files/7/content"));
    assertThat(reply.header("content-length")).isEqualTo(Integer.toString(MANY));
    assertThat(sha256(reply.body())).isEqualTo(sha256(body));
  }

  @Test
  void aLongReplyComesInChunks() throws Exception {
    var body = RandomBytes.of(MANY);
    var chunks = new ArrayList<byte[]>();
    for (int at = 0; at < MANY; at += 9_973) {
      chunks.add(Arrays.copyOfRange(body, at, Math.min(at + 9_973, MANY)));
    }
    stage.provider().next(Wire.chunked(200, chunks));
    var reply = stage.call(Wire.get("/v1/files/7/content"));
    assertThat(reply.header("transfer-encoding")).isEqualTo("chunked");
    assertThat(reply.whole()).isTrue();
    assertThat(sha256(reply.body())).isEqualTo(sha256(body));
  }

  @Test
  void aReplyThatEndsWithItsConnectionComesWhole() throws Exception {
    var body = RandomBytes.of(MANY);
    var reply = Wire.join(Wire.head("HTTP/1.1 200 OK", "connection: close"), body);
    stage.provider().next(Acts.cut(reply, reply.length));
    var answer = stage.call(Wire.get("/v1/files/7/content"));
    assertThat(answer.whole()).isTrue();
    assertThat(sha256(answer.body())).isEqualTo(sha256(body));
  }

  @Test
  void bothWaysAreOpenAtOnce() throws Exception {
    stage.provider().next(PassageTest::echo);
    var client = stage.client();
    client.send(Wire.head("POST /v1/realtime HTTP/1.1", "host: x", "Transfer-Encoding: chunked"));
    client.send(Wire.chunk("one".getBytes(UTF_8)));
    var body = client.body(client.readHead());
    for (var word : List.of("one", "two", "three")) {
      assertThat(new String(body.readNBytes(word.length()), UTF_8)).isEqualTo(word);
      client.send(Wire.chunk(("one".equals(word) ? "two" : "three").getBytes(UTF_8)));
    }
    client.send("0\r\n\r\n");
    assertThat(new String(body.readAllBytes(), UTF_8)).isEqualTo("three");
  }

  /** Sends back what comes, while it comes. */
  private static void echo(Exchange exchange) throws IOException {
    exchange.send(Wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked"));
    var buffer = new byte[64 << 10];
    for (int n = exchange.body().read(buffer); n > 0; n = exchange.body().read(buffer)) {
      exchange.send(Wire.chunk(Arrays.copyOf(buffer, n)));
    }
    exchange.send("0\r\n\r\n");
  }

  @Test
  void aStreamComesAsItIsSaid() throws Exception {
    var gate = new Gate();
    var reply = Wire.stream(Samples.events("Wo", "von"));
    stage.provider().next(Acts.halted(gate, reply, reply.length - 100));
    var client = stage.client().send(Wire.post("/v1/responses", "{\"stream\":true}"));
    var head = client.readHead();
    var events = String.join("", Samples.events("Wo", "von"));
    var body = client.body(head);
    var begun = new String(body.readNBytes(events.length() / 2), UTF_8);
    gate.open();
    assertThat(begun + new String(body.readAllBytes(), UTF_8)).isEqualTo(events);
  }

  @Test
  void theHeadOfAStreamComesBeforeItsFirstEvent() throws Exception {
    var gate = new Gate();
    var reply = Wire.stream(Samples.events("Wo"));
    int head = new String(reply, UTF_8).indexOf("\r\n\r\n") + 4;
    stage.provider().next(Acts.halted(gate, reply, head));
    var client = stage.client().send(Wire.post("/v1/responses", "{\"stream\":true}"));
    var answer = client.readHead();
    gate.open();
    assertThat(client.readBody(answer).text()).isEqualTo(String.join("", Samples.events("Wo")));
  }

  @Test
  void aWholeRequestIsNotMadeOfHalfAOne() throws Exception {
    stage.provider().next(Acts.reply(Wire.reply(200, "thanks")));
    var client = stage.client();
    client.send(Wire.head("POST /v1/files HTTP/1.1", "host: x", "Transfer-Encoding: chunked"));
    client.send(Wire.chunk("half".getBytes(UTF_8)));
    stage.provider().awaitCalls(1);
    client.close();
    stage.awaitCalm();
    assertThat(stage.provider().call(0).failure()).contains("ended within");
  }

  @Test
  void anAnswerThatComesBeforeTheRequestIsThereIsPassedOn() throws Exception {
    stage
        .provider()
        .next(exchange -> {
          exchange.send(Wire.json(413, "{\"error\":\"too large\"}"));
          exchange.awaitHangUp();
          exchange.close();
        });
    stage.provider().next(Wire.reply(200, "next"));
    var client = stage.client();
    var body = RandomBytes.of(1 << 20);
    client.send(Wire.head("POST /v1/files HTTP/1.1", "host: x", "content-length: " + body.length));
    client.send(Arrays.copyOf(body, 1000));
    var early = client.read();
    assertThat(early.status()).isEqualTo(413);
    assertThat(early.text()).contains("too large");
    client.send(Arrays.copyOfRange(body, 1000, body.length));
    assertThat(client.call(Wire.get("/v1/models")).text()).isEqualTo("next");
  }

  private static String sha256(byte[] bytes) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    return HexFormat.of().formatHex(digest);
  }
}
