package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many requests on one connection of HTTP/1: one after the other, or all at once. */
@Timeout(60)
final class PipelineTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);

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
  void oneConnectionServesManyRequests() throws Exception {
    var client = stage.client();
    for (int i = 0; i < 20; i++) {
      stage.provider().next(reply(i));
      assertThat(client.call(ask(i)).text()).isEqualTo("{\"n\":" + i + "}");
      assertThat(client.call(Wire.get("/-/health")).text()).contains("ok");
      assertThat(client.call(Wire.get("/-/nothing")).status()).isEqualTo(404);
      stage.provider().next(Wire.reply(200, "list " + i));
      assertThat(client.call(Wire.get("/v1/models")).text()).isEqualTo("list " + i);
    }
    assertThat(stage.provider().call(39).connection()).isLessThan(5); // kept alive there, too
  }

  @Test
  void eachGetsItsOwnAnswerHoweverLongThoseBeforeItTake() throws Exception {
    stage.provider().next(REPLY);
    stage.chat(chat("hit"));
    var gate = new Gate();
    stage.provider().next(Acts.held(gate, reply(1)));
    stage.provider().next(Wire.stream(events("Wo", "von")));
    stage.provider().next(Wire.reply(200, "list"));
    var client = stage.client();
    client.send(
        Wire.join(
            ask(1), // which is held
            Wire.post(Samples.CHAT, chat("hit")),
            Wire.post(Samples.CHAT, chatStream("Who?")),
            Wire.get("/-/nothing"),
            Wire.post("/v1/files", "abc"),
            Wire.get("/ask?q=x"),
            Wire.post(Samples.CHAT, chat("hit"))));
    gate.awaitReached();
    assertThat(client.in().available()).isZero();
    gate.open();

    assertThat(client.read().text()).isEqualTo("{\"n\":1}");
    assertThat(client.read().isHit()).isTrue();
    assertThat(client.read().text()).isEqualTo(String.join("", events("Wo", "von")));
    assertThat(client.read().status()).isEqualTo(404);
    assertThat(client.read().text()).isEqualTo("list");
    assertThat(client.read().text()).contains("“x”");
    assertThat(client.read().isHit()).isTrue();
  }

  @Test
  void aHundredAtOnceAreAnsweredInTheirOrder() throws Exception {
    stage
        .provider()
        .otherwise(exchange -> {
          exchange.readBody();
          exchange.send(reply(Integer.parseInt(exchange.text().replaceAll("\\D", ""))));
        });
    var requests = new ArrayList<byte[]>();
    for (int i = 0; i < 100; i++) {
      requests.add((i % 3 == 0) ? Wire.get("/-/health") : ask(i));
    }
    var client = stage.client();
    var sender = Thread.ofVirtual().start(() -> sendAll(client, requests));
    for (int i = 0; i < 100; i++) {
      var text = client.read().text();
      assertThat(text).isEqualTo((i % 3 == 0) ? "{\"status\":\"ok\"}" : "{\"n\":" + i + "}");
    }
    sender.join();
  }

  private static void sendAll(RawClient client, List<byte[]> requests) {
    try {
      client.send(Wire.join(requests.toArray(byte[][]::new)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aRequestTornIntoSingleBytesIsOne() throws Exception {
    stage.provider().next(REPLY);
    var client = stage.client();
    for (byte b : Wire.post(Samples.CHAT, chat("Who?"))) {
      client.send(new byte[] {b});
    }
    assertThat(client.read().text()).isEqualTo(Samples.COMPLETION);
    stage.awaitCalm();
    assertThat(client.call(Wire.post(Samples.CHAT, chat("Who?"))).isHit()).isTrue();
  }

  @Test
  void whoWantsToCloseIsClosed() throws Exception {
    stage.provider().next(REPLY);
    stage.chat(chat("Who?"));
    var client = stage.client();
    var reply = client.call(Wire.post(Samples.CHAT, chat("Who?"), "connection: close"));
    assertThat(reply.isHit()).isTrue();
    assertThat(reply.header("connection")).isEqualTo("close");
    assertThat(client.isHungUpOn()).isTrue();
  }

  @Test
  void anAnswerThatBreaksOffEndsTheConnectionBeforeTheNextIsTakenForIt() throws Exception {
    var reply = Wire.stream(events("Wo", "von"));
    stage.provider().next(Acts.cut(reply, reply.length / 2));
    var client = stage.client();
    client.send(Wire.join(Wire.post(Samples.CHAT, chatStream("x")), Wire.get("/-/health")));
    var broken = client.read();
    assertThat(broken.whole()).isFalse();
    assertThat(broken.text()).doesNotContain("HTTP/1.1");
    assertThat(client.isHungUpOn()).isTrue();
  }

  @Test
  void aBodyThatEndsInTwoPlacesIsRefused() throws Exception {
    var client = stage.client();
    client.send(
        Wire.join(
            Wire.head(
                "POST " + Samples.CHAT + " HTTP/1.1",
                "host: x",
                "content-length: 3",
                "transfer-encoding: chunked"),
            Wire.chunk(Wire.get("/-/health")),
            "0\r\n\r\n".getBytes(UTF_8)));
    assertThat(client.read().status()).isEqualTo(400);
    assertThat(client.isHungUpOn()).isTrue();
  }

  private static byte[] ask(int number) {
    return Wire.post(Samples.CHAT, "{\"n\":" + number + "}"); // no chat, and so never cached
  }

  private static byte[] reply(int number) {
    return Wire.json("{\"n\":" + number + "}");
  }
}
