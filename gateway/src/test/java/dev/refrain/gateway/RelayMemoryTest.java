package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More than the heap can hold passes: client, gateway and provider share a JVM of their own. */
@Timeout(120)
final class RelayMemoryTest {
  private static final byte[] CHUNK = RandomBytes.of(1 << 20);
  private static final int REPLY_MEGABYTES = 7;
  private static final int FILLING_MILLIS = 1_000; // if it is too short, less is tested

  @Test
  void aBodyMayBeLargerThanTheHeap() throws Exception {
    run("body", night() ? "256m" : "40m", night() ? "256m" : "40m", night() ? 500 : 128);
  }

  /** Each is small enough to be kept, and all of them are read as slowly as can be. */
  @Test
  void repliesUnderWayMayBeLargerThanTheHeapTogether() throws Exception {
    run("replies", night() ? "256m" : "96m", night() ? "64m" : "16m", night() ? 2_100 : 280);
  }

  private static boolean night() {
    return "long".equals(System.getProperty("refrain.campaign"));
  }

  private static void run(String what, String heap, String direct, int megabytes) throws Exception {
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
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said)
        .contains("passed: " + megabytes)
        .doesNotContain("OutOfMemoryError"); // of Netty's own
  }

  /** What runs there. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      int megabytes = Integer.parseInt(arguments[1]);
      if (arguments[0].equals("body")) {
        passBodies(megabytes);
      } else {
        passReplies(megabytes / REPLY_MEGABYTES);
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
        Thread.sleep(FILLING_MILLIS); // for all to have what nobody reads
        for (var client : clients) {
          check(client.body(client.readHead()), REPLY_MEGABYTES);
          client.close();
        }
      }
    }

    private static void reply(Exchange exchange) throws IOException {
      exchange.readBody();
      var length = "content-length: " + REPLY_MEGABYTES * (long) CHUNK.length;
      exchange.send(Wire.head("HTTP/1.1 200 OK", "content-type: application/json", length));
      send(exchange::out, REPLY_MEGABYTES);
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
      var sender = Thread.ofVirtual().start(() -> send(client::out, megabytes));
      check(client.body(client.readHead()), megabytes);
      sender.join();
      client.close();
    }

    private static void echo(Exchange exchange, int megabytes) throws IOException {
      check(exchange.body(), megabytes);
      var length = "content-length: " + megabytes * (long) CHUNK.length;
      exchange.send(Wire.head("HTTP/1.1 200 OK", length));
      send(exchange::out, megabytes);
    }

    @FunctionalInterface
    private interface Way {
      OutputStream open() throws IOException;
    }

    private static void send(Way way, int megabytes) {
      try {
        var out = way.open();
        for (int i = 0; i < megabytes; i++) {
          out.write(CHUNK);
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
