package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chatStream;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However much passes, little of it lies in memory: who does not read holds up who writes. */
@Timeout(60)
final class BackpressureTest {
  private static final byte[] CHUNK = RandomBytes.of(64 << 10);
  private static final int MANY = 1000; // in all, more than may lie anywhere
  private static final int FEW = 700; // what windows and the kernel's buffers may hold at most
  private static final byte[] END = "0\r\n\r\n".getBytes(US_ASCII);

  /** Some chunks that are sent, and how many were so far. */
  private static final class Flood {
    private final AtomicInteger sent = new AtomicInteger();

    int sent() {
      return sent.get();
    }

    /** As a reply. */
    Act reply() {
      return exchange -> {
        exchange.readBody();
        var type = "content-type: text/event-stream";
        exchange.send(Wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked", type));
        for (int i = 0; i < MANY; i++) {
          exchange.send(Wire.chunk(CHUNK));
          sent.incrementAndGet();
        }
        exchange.send(END);
      };
    }

    /** As a request. */
    void request(RawClient client) {
      try {
        client.send(Wire.head("POST /v1/files HTTP/1.1", "host: x", "transfer-encoding: chunked"));
        for (int i = 0; i < MANY; i++) {
          client.send(Wire.chunk(CHUNK));
          sent.incrementAndGet();
        }
        client.send(END);
      } catch (IOException e) {
        // closed at the end of the test
      }
    }
  }

  @Test
  void whoDoesNotReadHoldsUpWhoWrites() throws Exception {
    try (var stage = Stage.set()) {
      var relayed = new Flood();
      var reader = download(stage, relayed, Wire.post("/v1/responses", "{}"));
      var shared = new Flood();
      download(stage, shared, Wire.post(Samples.CHAT, chatStream("Who?")));
      var bypassed = new Flood();
      var noStore = "cache-control: no-store";
      download(stage, bypassed, Wire.post(Samples.CHAT, chatStream("Who?"), noStore));
      var uploaded = new Flood();
      var gate = new Gate();
      stage
          .provider()
          .next(exchange -> {
            gate.pass();
            exchange.close();
          });
      var uploading = stage.client();
      var sender = Thread.ofVirtual().start(() -> uploaded.request(uploading));
      gate.awaitReached();

      passAsMuchElsewhere(stage);
      for (var flood : List.of(relayed, shared, bypassed, uploaded)) {
        assertThat(flood.sent()).isLessThan(FEW);
      }
      for (int i = 0; i < MANY; i++) {
        assertThat(Arrays.equals(reader.readNBytes(CHUNK.length), CHUNK)).isTrue();
      }
      assertThat(reader.read()).isNegative();
      gate.open();
      uploading.close();
      sender.join();
    }
  }

  private static InputStream download(Stage stage, Flood flood, byte[] request) throws IOException {
    stage.provider().next(flood.reply());
    var client = stage.client().send(request);
    return client.body(client.readHead());
  }

  /** By when all that is held up would have passed, too, if it were not. */
  private static void passAsMuchElsewhere(Stage stage) throws Exception {
    stage.provider().next(Acts.reply(Wire.chunked(200, Collections.nCopies(MANY, CHUNK))));
    try (var other = stage.client()) {
      other.send(Wire.get("/v1/files/7/content"));
      var body = other.body(other.readHead());
      for (int i = 0; i < MANY; i++) {
        assertThat(body.readNBytes(CHUNK.length)).hasSize(CHUNK.length);
      }
    }
  }
}
