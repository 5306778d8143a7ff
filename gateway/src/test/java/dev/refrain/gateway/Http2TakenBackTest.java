package dev.refrain.gateway;

import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.RST_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.WINDOW_UPDATE;
import static dev.refrain.gateway.testing.RawHttp2.frame;
import static dev.refrain.gateway.testing.RawHttp2.headers;
import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Poll;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/2 that come and go in one breath, and those that only come so. */
@Timeout(60)
final class Http2TakenBackTest {
  private static final byte[] CANCEL = {0, 0, 0, 8};

  private Stage stage;
  private RawClient client;
  private RawHttp2 connection;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    client = stage.client();
    connection = RawHttp2.on(client);
    settle();
  }

  private void beginAsHttp1() throws IOException {
    connection.close();
    client = stage.client();
    connection = RawHttp2.upgrade(client, "/-/health");
    connection.await(DATA);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** After this the connection is past its beginning, and what is sent next is read next. */
  private void settle() throws IOException {
    connection.send(HEADERS, END_HEADERS | END_STREAM, 1, headers("GET", "/-/health"));
    connection.await(DATA);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRequestTakenBackInTheSameBreathIsNeverMade(boolean upgraded) throws Exception {
    if (upgraded) {
      beginAsHttp1();
    }
    stage.provider().otherwise(Acts.reply(Wire.reply(200, "")));
    var body = chat("Never mind.").getBytes(UTF_8);
    client.send(
        Wire.join(
            frame(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/v1/models")),
            frame(RST_STREAM, 0, 3, CANCEL),
            frame(HEADERS, END_HEADERS, 5, headers("POST", Samples.CHAT)),
            frame(DATA, END_STREAM, 5, body),
            frame(RST_STREAM, 0, 5, CANCEL)));
    assertTheNextIsAnsweredAlone(7);
  }

  /**
   * CVE-2025-8671: the server is made to take it back itself, by a window that grows by nothing.
   */
  @Test
  void aRequestThatTheServerIsMadeToTakeBackIsNeverMade() throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.reply(200, "")));
    client.send(
        Wire.join(
            frame(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/v1/models")),
            frame(WINDOW_UPDATE, 0, 3, new byte[4]),
            frame(HEADERS, END_HEADERS, 5, headers("POST", Samples.CHAT)),
            frame(DATA, END_STREAM, 5, chat("Never mind.").getBytes(UTF_8)),
            frame(WINDOW_UPDATE, 0, 5, new byte[4])));
    assertTheNextIsAnsweredAlone(7);
  }

  private void assertTheNextIsAnsweredAlone(int stream) throws IOException {
    connection.send(HEADERS, END_HEADERS | END_STREAM, stream, headers("GET", "/v1/files"));
    var answer = connection.await(HEADERS);
    assertThat(answer.stream()).isEqualTo(stream);
    assertThat(stage.provider().calls()).isEqualTo(1);
    assertThat(stage.gateway().bodiesBytes()).isZero();
  }

  /**
   * What comes with a request that is still held back must not make the gateway forget to say so.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoseConnectionIsInErrorIsToldSo(boolean another) throws Exception {
    stage.provider().otherwise(Acts.stalled(Wire.reply(200, "too late"), 0));
    if (another) {
      connection.send(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/v1/models"));
      Poll.until("the call is made", () -> stage.provider().underWay() == 1);
    }
    client.send(
        Wire.join(
            frame(HEADERS, END_HEADERS | END_STREAM, 5, headers("GET", "/v1/files")),
            frame(HEADERS, END_HEADERS, 7, headers("POST", Samples.CHAT)),
            frame(DATA, 0, 7, new byte[10]),
            frame(WINDOW_UPDATE, 0, 0, new byte[4]))); // room for nothing, on the connection
    assertThat(connection.awaitEnd()).isEqualTo(1); // PROTOCOL_ERROR
    stage.awaitCalm();
    assertThat(stage.provider().calls()).isEqualTo(another ? 1 : 0);
    assertThat(stage.gateway().bodiesBytes()).isZero();
  }

  @Test
  void aRequestTakenBackWhileItIsMadeIsCalledOff() throws Exception {
    stage.provider().otherwise(Acts.stalled(Wire.reply(200, "too late"), 0));
    connection.send(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/v1/models"));
    Poll.until("the call is made", () -> stage.provider().underWay() == 1);
    connection.send(RST_STREAM, 0, 3, CANCEL);
    stage.awaitCalm();
  }

  @Test
  void manyRequestsThatComeAtOnceAreAllAnsweredWithWhatTheyAskedFor() throws Exception {
    stage
        .provider()
        .otherwise(exchange -> {
          var body = exchange.readBody();
          exchange.send(Wire.reply(200, exchange.head().line() + " " + new String(body, US_ASCII)));
        });
    var all = new ByteArrayOutputStream();
    var expected = new HashMap<Integer, String>();
    for (int i = 0; i < 100; i++) {
      int stream = 2 * i + 3;
      all.writeBytes(frame(HEADERS, END_HEADERS, stream, headers("POST", "/v1/files/" + i)));
      all.writeBytes(frame(DATA, 0, stream, "a".repeat(i).getBytes(US_ASCII)));
      all.writeBytes(frame(DATA, END_STREAM, stream, new byte[] {'b'}));
      expected.put(stream, "POST /v1/files/" + i + " HTTP/1.1 " + "a".repeat(i) + "b");
    }
    client.send(all.toByteArray());
    assertThat(bodies(100)).isEqualTo(expected);
  }

  private Map<Integer, String> bodies(int count) throws IOException {
    var bodies = new HashMap<Integer, String>();
    int ended = 0;
    while (ended < count) {
      var next = connection.await(DATA);
      bodies.merge(next.stream(), new String(next.payload(), US_ASCII), String::concat);
      ended += next.flags() & END_STREAM;
    }
    return bodies;
  }
}
