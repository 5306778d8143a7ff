package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies much larger than the heap pass: client, gateway and provider share a JVM of their own. */
@Timeout(120)
final class RelayMemoryTest {
  private static final byte[] CHUNK = RandomBytes.of(1 << 20);

  @Test
  void aBodyMayBeLargerThanTheHeap() throws Exception {
    boolean night = "long".equals(System.getProperty("refrain.campaign"));
    int heapMegabytes = night ? 256 : 40;
    int bodyMegabytes = night ? 500 : 128;
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-Xmx" + heapMegabytes + "m",
            "-XX:MaxDirectMemorySize=" + heapMegabytes + "m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Child.class.getName(),
            Integer.toString(bodyMegabytes));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("passed: " + bodyMegabytes);
  }

  /** What runs there. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      int megabytes = Integer.parseInt(arguments[0]);
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
      System.out.println("passed: " + megabytes);
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
