package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More than the heap can hold passes: client, gateway and provider share a JVM of their own. */
@Timeout(120)
final class RelayMemoryTest {
  private static final byte[] CHUNK = RandomBytes.of(1 << 20);
  private static final String SMALL =
      Samples.COMPLETION.replace("Grüße", "Ja".repeat(30_000)); // as most answers are at most
  private static final Duration TIME_MAX = Duration.ofSeconds(100);
  private static final int REPLY_MEGABYTES = 7;
  private static final int KNOWN_MEGABYTES = 5;
  private static final int NEARLY_BYTES = 64 << 10;

  @TempDir Path folder;

  @Test
  void aBodyMayBeLargerThanTheHeap() throws Exception {
    run("body", night() ? "256m" : "40m", night() ? "256m" : "40m", night() ? 500 : 128);
  }

  /** Each is small enough to be kept, and all of them are read as slowly as can be. */
  @Test
  void repliesUnderWayMayBeLargerThanTheHeapTogether() throws Exception {
    run("replies", night() ? "256m" : "96m", night() ? "64m" : "16m", night() ? 2_100 : 280);
  }

  /** One answer from the cache, for many who ask and do not read. */
  @Test
  void aLargeAnswerMayBeReadSlowlyByMany() throws Exception {
    run("hits", night() ? "256m" : "96m", night() ? "64m" : "16m", night() ? 2_100 : 280);
  }

  /** One who asks again and again, and does not read. */
  @Test
  void answersMayBeAskedForFasterThanTheyAreRead() throws Exception {
    run("pipeline", "96m", "16m", night() ? 500 : 100);
  }

  private static boolean night() {
    return "long".equals(System.getProperty("refrain.campaign"));
  }

  private void run(String what, String heap, String direct, int megabytes) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-Xmx" + heap,
            "-XX:MaxDirectMemorySize=" + direct,
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Child.class.getName(),
            what,
            Integer.toString(megabytes));
    var said = folder.resolve("said");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(TIME_MAX.toSeconds(), TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly(); // what has no memory left may never end
    }
    assertThat(said)
        .content()
        .contains("passed: " + megabytes)
        .doesNotContain("OutOfMemoryError"); // Netty's own, of which nobody dies
    assertThat(process.exitValue()).isZero();
  }

  /** What runs there. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      int megabytes = Integer.parseInt(arguments[1]);
      switch (arguments[0]) {
        case "body" -> passBodies(megabytes);
        case "replies" -> passReplies(megabytes / REPLY_MEGABYTES);
        case "hits" -> passHits(megabytes / KNOWN_MEGABYTES);
        default -> passPipelined(megabytes * CHUNK.length / SMALL.length());
      }
      System.out.println("passed: " + megabytes);
    }

    /** So many callers have the beginning of their answers before any of them reads on. */
    private static void passReplies(int count) throws Exception {
      try (var stage = Stage.set(setup -> setup.limits(Limits.DEFAULT))) {
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < count; i++) {
          stage.provider().next(Child::reply);
          var client = RawClient.narrowTo(stage.port());
          clients.add(client.send(Wire.post(Samples.CHAT, Samples.chat("question " + i))));
          stage.provider().awaitCalls(i + 1);
        }
        long all = Limits.DEFAULT.repliesBytesMax();
        Poll.until("all is taken", () -> stage.gateway().repliesBytes() > all - NEARLY_BYTES);
        for (var client : clients) {
          check(client.body(client.readHead()), REPLY_MEGABYTES);
          client.close();
        }
      }
    }

    private static void passHits(int count) throws Exception {
      var known = Samples.COMPLETION.replace("Grüße", "Ja".repeat(KNOWN_MEGABYTES << 19));
      try (var stage = Stage.set()) {
        stage.provider().next(Wire.json(known));
        check(stage.chat(Samples.chat("known")).text().equals(known));
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < count; i++) {
          var client = RawClient.narrowTo(stage.port());
          clients.add(client.send(Wire.post(Samples.CHAT, Samples.chat("known"))));
        }
        for (var client : clients) {
          Poll.until("all have some of it", () -> hasSome(client));
        }
        for (var client : clients) {
          var reply = client.read();
          check(reply.isHit() && reply.text().equals(known));
          client.close();
        }
      }
    }

    private static void passPipelined(int count) throws Exception {
      try (var stage = Stage.set()) {
        stage.provider().next(Wire.json(SMALL));
        check(stage.chat(Samples.chat("known")).text().equals(SMALL));
        var client = RawClient.narrowTo(stage.port());
        var request = Wire.post(Samples.CHAT, Samples.chat("known"));
        var sender = Thread.ofVirtual().start(() -> send(client::out, request, count));
        Poll.until("there is some of it", () -> hasSome(client));
        for (int i = 0; i < count; i++) {
          var reply = client.read();
          check(reply.isHit() && reply.text().equals(SMALL));
        }
        sender.join();
        client.close();
      }
    }

    private static boolean hasSome(RawClient client) {
      try {
        return client.in().available() > 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void check(boolean right) throws IOException {
      if (!right) {
        throw new IOException("not what was expected");
      }
    }

    private static void reply(Exchange exchange) throws IOException {
      exchange.readBody();
      var length = "content-length: " + REPLY_MEGABYTES * (long) CHUNK.length;
      exchange.send(Wire.head("HTTP/1.1 200 OK", "content-type: application/json", length));
      send(exchange::out, CHUNK, REPLY_MEGABYTES);
    }

    private static void passBodies(int megabytes) throws Exception {
      var limits = Limits.DEFAULT;
      var small =
          new Limits(
              CHUNK.length,
              limits.replyBytesMax(),
              limits.flightsMax(),
              limits.flightTimeMax(),
              limits.linger());
      try (var stage = Stage.set(setup -> setup.limits(small))) {
        // One that the cache has nothing to do with, and one that it gives up for being too large.
        for (var path : new String[] {"/v1/files", Samples.CHAT}) {
          pass(stage, path, megabytes);
        }
      }
    }

    private static void pass(Stage stage, String path, int megabytes) throws Exception {
      stage.provider().next(exchange -> echo(exchange, megabytes));
      var client = stage.client();
      var length = "content-length: " + megabytes * (long) CHUNK.length;
      client.send(Wire.head("POST " + path + " HTTP/1.1", "host: x", length));
      var sender = Thread.ofVirtual().start(() -> send(client::out, CHUNK, megabytes));
      check(client.body(client.readHead()), megabytes);
      sender.join();
      client.close();
    }

    private static void echo(Exchange exchange, int megabytes) throws IOException {
      check(exchange.body(), megabytes);
      var length = "content-length: " + megabytes * (long) CHUNK.length;
      exchange.send(Wire.head("HTTP/1.1 200 OK", length));
      send(exchange::out, CHUNK, megabytes);
    }

    @FunctionalInterface
    private interface Way {
      OutputStream open() throws IOException;
    }

    private static void send(Way way, byte[] bytes, int times) {
      try {
        var out = way.open();
        for (int i = 0; i < times; i++) {
          out.write(bytes);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void check(InputStream in, int megabytes) throws IOException {
      var buffer = new byte[CHUNK.length];
      for (int i = 0; i < megabytes; i++) {
        if (in.readNBytes(buffer, 0, buffer.length) < buffer.length) {
          throw new IOException("ended too early");
        }
        if (!Arrays.equals(buffer, CHUNK)) {
          throw new IOException("not what was sent");
        }
      }
    }
  }
}
