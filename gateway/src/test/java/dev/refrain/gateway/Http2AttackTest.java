package dev.refrain.gateway;

import static dev.refrain.gateway.testing.RawHttp2.ACK;
import static dev.refrain.gateway.testing.RawHttp2.CONTINUATION;
import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.PING;
import static dev.refrain.gateway.testing.RawHttp2.RST_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.SETTINGS;
import static dev.refrain.gateway.testing.RawHttp2.WINDOW_UPDATE;
import static dev.refrain.gateway.testing.RawHttp2.frame;
import static dev.refrain.gateway.testing.RawHttp2.headers;
import static io.netty.buffer.Unpooled.wrappedBuffer;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.RawHttp2.Frame;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Poll;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who floods the gateway with what costs him nothing loses his connection, and nobody else does.
 */
@Timeout(60)
final class Http2AttackTest {
  private static final int FRAMES = 100_000; // more than anybody may send
  private static final int STREAMS_MAX = 250;

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private enum Flood {
    /** Requests that are taken back at once (CVE-2023-44487). */
    RESETS(i ->
        Wire.join(
            frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, headers("GET", "/-/health")),
            frame(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8}))),

    /** Requests that provoke the server into taking them back itself (CVE-2025-8671). */
    PROVOKED_RESETS(i ->
        Wire.join(
            frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, headers("GET", "/-/health")),
            frame(WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]))),

    /** The same by what no server is ever told of. */
    WRONG_LENGTHS(i ->
        frame(
            HEADERS,
            END_HEADERS | END_STREAM,
            2 * i + 1,
            headers("GET", "/-/health", "content-length", "5"))),

    /** Headers that never end (CVE-2024-27316). */
    CONTINUATIONS(i ->
        (i == 0)
            ? frame(HEADERS, 0, 1, headers("GET", "/-/health"))
            : frame(CONTINUATION, 0, 1, new byte[] {0, 1, 'x', 1, 'y'})),

    /** The same with nothing in them, which no limit of size finds. */
    EMPTY_CONTINUATIONS(i ->
        (i == 0) ? frame(HEADERS, 0, 1, headers("GET", "/-/health")) : frame(CONTINUATION, 0, 1)),

    /** Data without content (CVE-2019-9518). */
    EMPTY_DATA(i ->
        (i == 0)
            ? frame(HEADERS, END_HEADERS, 1, headers("POST", "/v1/files"))
            : frame(DATA, 0, 1));

    private final IntFunction<byte[]> frames;

    Flood(IntFunction<byte[]> frames) {
      this.frames = frames;
    }
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  void whoFloodsIsHungUpOn(Flood flood) throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.reply(200, "")));
    var client = stage.client();
    var connection = RawHttp2.on(client);
    var sender = Thread.ofVirtual().start(() -> send(client, flood.frames));
    connection.awaitEnd();
    client.close();
    sender.join();
    assertThat(stage.client().call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  /** Much of what he said is unread then, and is not to be held against anybody. */
  @ParameterizedTest
  @EnumSource(Flood.class)
  void whoIsHungUpOnIsForgotten(Flood flood) throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.reply(200, "")));
    IntFunction<byte[]> block =
        i -> Wire.join(range(20 * i, 20 * (i + 1)).mapToObj(flood.frames).toArray(byte[][]::new));
    for (int i = 0; i < 5; i++) {
      var client = stage.client();
      var connection = RawHttp2.on(client);
      var sender = Thread.ofVirtual().start(() -> send(client, block));
      connection.awaitEnd();
      client.close();
      sender.join();
    }
    Poll.until("they are forgotten", () -> connections() == 0);
  }

  @Test
  void whoeverSaysWhateverIsForgotten() throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.reply(200, "")));
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      try (var client = stage.client()) {
        RawHttp2.on(client);
        client.send(noise(random));
        if (random.nextBoolean()) {
          client.endOutput();
        }
      } catch (IOException e) {
        // hung up on
      }
    }
    Poll.until("they are forgotten", () -> connections() == 0);
    assertThat(stage.client().call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  /** Requests, with frames between them that nobody should send. */
  private static byte[] noise(Random random) {
    var noise = new ByteArrayOutputStream();
    int opened = 0;
    for (int i = 0; i < 40; i++) {
      int stream = random.nextInt(2 * opened + 2);
      if (random.nextInt(3) > 0) {
        opened++;
        int flags = END_HEADERS | random.nextInt(2);
        var length = Integer.toString(Math.max(0, random.nextInt(8) - 6)); // wrong, now and then
        var block = headers("GET", "/v1/x", "content-length", length);
        noise.writeBytes(frame(HEADERS, flags, 2 * opened - 1, block));
      } else if (random.nextBoolean()) {
        int room = random.nextBoolean() ? 0 : Integer.MAX_VALUE;
        var payload = ByteBuffer.allocate(4).putInt(room).array();
        noise.writeBytes(frame(WINDOW_UPDATE, 0, stream, payload));
      } else {
        var payload = new byte[random.nextInt(12)];
        random.nextBytes(payload);
        int type = random.nextInt(CONTINUATION + 2);
        noise.writeBytes(frame(type, random.nextInt(256), stream, payload));
      }
    }
    return noise.toByteArray();
  }

  /** Of some that were reset no server was ever told; it must not fail over them. */
  @ParameterizedTest
  @EnumSource(
      value = Flood.class,
      names = {"PROVOKED_RESETS", "WRONG_LENGTHS"})
  void whoBreaksTheRulesAfterResetsIsHungUpOn(Flood flood) throws Exception {
    var requests = range(0, 3).mapToObj(flood.frames).toArray(byte[][]::new);
    var client = stage.client();
    var connection = RawHttp2.on(client);
    client.send(
        Wire.join(
            Wire.join(requests),
            frame(HEADERS, END_HEADERS | END_STREAM, 101, headers("GET", "/-/health")),
            frame(DATA, 0, 0, new byte[1])));
    assertThat(connection.awaitEnd()).isEqualTo(1); // PROTOCOL_ERROR
    Poll.until("he is forgotten", () -> connections() == 0);
  }

  private int connections() {
    try {
      return stage.gateway().connections();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void send(RawClient client, IntFunction<byte[]> frames) {
    try {
      for (int i = 0; i < FRAMES; i++) {
        client.send(frames.apply(i));
      }
    } catch (IOException e) {
      // hung up on
    }
  }

  /** These have to be answered, one by one. Who does not read the answers is not waited for. */
  @ParameterizedTest
  @ValueSource(ints = {PING, SETTINGS})
  void whoHasManyAnswersAndReadsNoneIsHungUpOn(int type) throws Exception {
    var client = stage.client();
    RawHttp2.on(client);
    var one = frame(type, 0, 0, (type == PING) ? new byte[8] : new byte[0]);
    var many = new byte[1000][];
    Arrays.fill(many, one);
    var block = Wire.join(many);
    boolean hungUp = false;
    try {
      for (int i = 0; i < 20_000; i++) { // far more than the kernel's buffers hold
        client.send(block);
      }
    } catch (IOException e) {
      hungUp = true;
    }
    assertThat(hungUp).isTrue();
    assertThat(stage.client().call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @Test
  void streamsAreBoundedInNumber() throws Exception {
    var connection = RawHttp2.on(stage.client());
    for (int i = 0; i <= STREAMS_MAX; i++) {
      connection.send(HEADERS, END_HEADERS, 2 * i + 1, headers("POST", "/ask"));
    }
    var refused = connection.await(RST_STREAM);
    assertThat(refused.stream()).isEqualTo(2 * STREAMS_MAX + 1);
    assertThat(refused.payload()).containsExactly(0, 0, 0, 7); // REFUSED_STREAM: may be sent again
    for (int i = 0;
        i < 1000;
        i++) { // as he cannot know yet, and more than he may unless it is taken
      connection.send(DATA, 0, 2 * STREAMS_MAX + 1, new byte[16_000]);
    }
    assertThat(connection.await(WINDOW_UPDATE).stream()).isZero(); // so he may send to others
    connection.send(DATA, END_STREAM, 1, "What is new?".getBytes(US_ASCII));
    assertThat(connection.await(HEADERS).stream()).isEqualTo(1);
  }

  /** A header of 4 KiB that is remembered, and then named in one byte each (the HPACK bomb). */
  @Test
  void headersThatUnfoldAreBoundedAsTheyUnfold() throws Exception {
    var connection = RawHttp2.on(stage.client());
    var name = new byte[3900];
    Arrays.fill(name, (byte) 'a');
    var remembered =
        Wire.join(
            new byte[] {0x40, 1, 'x', 0x7f, (byte) 0xbd, 0x1d}, // 127 + 0x3d + (0x1d << 7) = 3900
            name);
    var unfolding = new byte[2000];
    Arrays.fill(unfolding, (byte) (0x80 | 62)); // the latest that is remembered
    var block = Wire.join(headers("GET", "/-/health"), remembered, unfolding);
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, block);
    Frame answer = connection.read();
    while ((answer.type() == SETTINGS && answer.flags() != ACK) || answer.stream() == 0) {
      answer = connection.read();
    }
    assertThat(answer.type()).isIn(HEADERS, RST_STREAM); // which says 431
    assertThat(stage.client().call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  /** RFC 8441: who is not told that he may must not ask, and opens a connection of HTTP/1.1. */
  @Test
  void webSocketsOverHttp2AreNotOffered() throws Exception {
    var connection = RawHttp2.on(stage.client());
    var settings = ByteBuffer.wrap(connection.await(SETTINGS).payload());
    var offered = new HashMap<Integer, Integer>();
    while (settings.hasRemaining()) {
      offered.put((int) settings.getShort(), settings.getInt());
    }
    assertThat(offered).isNotEmpty().doesNotContainKey(8);
  }

  @Test
  void whoAsksForAWebSocketOverHttp2AllTheSameIsRefusedThatStreamAlone() throws Exception {
    var connection = RawHttp2.on(stage.client());
    var connect = headers("CONNECT", "/v1/realtime", ":protocol", "websocket");
    connection.send(HEADERS, END_HEADERS, 1, connect);
    var refused = connection.await(RST_STREAM);
    assertThat(refused.stream()).isEqualTo(1);
    assertThat(refused.payload()).containsExactly(0, 0, 0, 1); // PROTOCOL_ERROR

    var get = headers("GET", "/v1/realtime", ":protocol", "websocket");
    connection.send(HEADERS, END_HEADERS | END_STREAM, 3, get);
    var answer = connection.await(HEADERS);
    var decoder = new DefaultHttp2HeadersDecoder(true);
    var headers = decoder.decodeHeaders(3, wrappedBuffer(answer.payload()));
    assertThat(headers.status()).hasToString("400");
    assertThat(stage.provider().calls()).isZero();
    assertThat(stage.client().call(Wire.get("/-/health")).status()).isEqualTo(200);
  }

  @Test
  void trailersComeAsTheLastHeaders() throws Exception {
    var head = Wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked", "Trailer: X-Sum");
    var end = "3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n".getBytes(US_ASCII);
    stage.provider().next(Wire.join(head, end));
    var connection = RawHttp2.on(stage.client());
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, headers("GET", "/v1/files"));
    var decoder = new DefaultHttp2HeadersDecoder(true);
    var first = decoder.decodeHeaders(1, wrappedBuffer(connection.await(HEADERS).payload()));
    assertThat(first.status()).hasToString("200");
    assertThat(first.get("trailer")).hasToString("X-Sum");
    var last = connection.await(HEADERS);
    assertThat(last.flags() & END_STREAM).isEqualTo(END_STREAM);
    var trailers = decoder.decodeHeaders(1, wrappedBuffer(last.payload()));
    assertThat(trailers.size()).isEqualTo(1);
    assertThat(trailers.get("x-sum")).hasToString("7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection=close",
        "transfer-encoding=chunked",
        "keep-alive=1",
        "upgrade=websocket",
        "proxy-connection=x",
        "te=gzip",
        "Upper=x",
        "x=a\nb",
        "x=a\rb",
        "a b=c",
        ":path=/other",
        ":unknown=x",
        "content-length=5",
        "content-length=x",
        "x:y=z"
      })
  void headersThatWouldMeanSomethingElseToHttp1AreRefused(String header) throws Exception {
    stage
        .provider()
        .otherwise(exchange -> {
          throw new AssertionError("was passed on: " + exchange.head());
        });
    var connection = RawHttp2.on(stage.client());
    int at = header.indexOf('=');
    var block = headers("GET", "/v1/files", header.substring(0, at), header.substring(at + 1));
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, block);
    var answer = connection.read();
    while (answer.type() == SETTINGS || answer.type() == WINDOW_UPDATE) {
      answer = connection.read();
    }
    assertThat(answer.type()).isIn(RST_STREAM, RawHttp2.GOAWAY, HEADERS);
    if (answer.type() == HEADERS) { // 400, as its index in the static table
      assertThat(answer.payload()).contains(0x8c);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"v1/models", "*", "http://evil.test/v1/models", "/v1/a b", "/v1/a\r\nx: y"})
  void aPathThatIsNoneIsNotPassedOn(String path) throws Exception {
    stage
        .provider()
        .otherwise(exchange -> {
          assertThat(exchange.head().line()).isEqualTo("GET /v1/models HTTP/1.1");
          exchange.send(Wire.reply(200, ""));
        });
    var connection = RawHttp2.on(stage.client());
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, headers("GET", path));
    var answer = connection.read();
    while (answer.type() == SETTINGS || answer.type() == WINDOW_UPDATE) {
      answer = connection.read();
    }
    assertThat(answer.type()).isIn(RST_STREAM, RawHttp2.GOAWAY, HEADERS);
  }
}
